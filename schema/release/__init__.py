"""A release on disk: records, images, and a manifest with checksums."""
