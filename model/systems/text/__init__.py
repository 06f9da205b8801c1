"""Systems that read text only."""
