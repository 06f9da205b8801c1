"""Neural networks and their layers, as PyTorch modules: no files, no training loop."""
