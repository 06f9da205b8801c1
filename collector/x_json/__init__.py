"""The JSON forms of X's posts, parsed into `Post`: API v2, API v1.1 and gallery-dl sidecars."""
