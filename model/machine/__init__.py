"""The machine that a training runs on: its number format, threads, memory and processes."""
