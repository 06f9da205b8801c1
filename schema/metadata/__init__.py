"""Metadata in picture files: drop them without touching the pixels, and say what kind they are."""
