"""Systems that read text alone."""
