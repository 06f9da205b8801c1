"""Tagging of records with a trained system, probabilities of entities, and the predictions file."""
