"""The training loop and what it needs: batches, checkpoints, memory, several processes."""
