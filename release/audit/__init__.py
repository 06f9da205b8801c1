"""The rules that every release is held to, one file for each kind of rule."""
