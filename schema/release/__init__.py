"""A release on disk: records, images, a manifest with checksums."""
