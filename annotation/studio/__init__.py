"""The client side of Label Studio: its API, its payload shapes, and a post as a task."""
