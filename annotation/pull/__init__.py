"""Bring annotations back from Label Studio and check each one before it is stored."""
