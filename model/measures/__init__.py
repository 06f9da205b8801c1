"""Scores, baselines and resampling tests over gold and predicted spans."""
