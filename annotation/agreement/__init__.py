"""How far annotators agree, and how gold is decided where they do not."""
