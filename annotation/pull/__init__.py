"""Annotations come back from Label Studio, each one checked before it is stored."""
