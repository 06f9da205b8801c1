"""`compare`: several systems on one release, as the paper's table."""
