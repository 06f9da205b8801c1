"""Neural networks and their layers, as PyTorch modules. They read no files and have no training loop."""
