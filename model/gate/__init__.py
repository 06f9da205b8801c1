"""`train-check`: trains a system, runs the checks and writes the report."""
