"""Export a release to other formats, and write its dataset card."""
