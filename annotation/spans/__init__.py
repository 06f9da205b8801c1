"""Read spans from files, and check spans before the corpus stores them."""
