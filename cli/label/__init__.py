"""Commands under `mnerctl label`: from a Label Studio server to gold spans."""
