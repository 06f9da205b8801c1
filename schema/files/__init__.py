"""Files: written whole or not at all, read within limits, private, never through a link."""
