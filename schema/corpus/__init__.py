"""A corpus on disk: posts, images, annotations and the fate of every input line."""
