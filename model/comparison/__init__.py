"""`compare`: train several systems on one release, and print the paper's table for it."""
