"""Counts, tables and plots of a release, and the differences between two releases."""
