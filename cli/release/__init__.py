"""Commands under `mnerctl release`, and `build-plus`: make, check, publish and withdraw releases."""
