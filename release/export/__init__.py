"""A release in other formats, with its dataset card."""
