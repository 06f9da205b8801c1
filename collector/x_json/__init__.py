"""The JSON shapes of X's posts, read into `Post`: API v2, v1.1 and gallery-dl sidecars."""
