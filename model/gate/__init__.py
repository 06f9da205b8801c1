"""`train-check`: train a system on a release, run the checks and write the report."""
