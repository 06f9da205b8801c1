"""Commands that train, compare and apply systems, and judge a release by them."""
