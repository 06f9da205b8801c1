"""`suspects`: find labels of a release that are probably wrong."""
