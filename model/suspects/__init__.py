"""Labels that are probably wrong, found by systems trained without them."""
