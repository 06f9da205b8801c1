"""Checks of one annotation's spans, and spans read from files made elsewhere."""
