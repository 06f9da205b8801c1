"""Measure how far annotators agree, and decide gold from what they mark."""
