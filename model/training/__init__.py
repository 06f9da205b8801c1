"""Training a system: the loop, its batches, checkpoints, memory and several processes."""
