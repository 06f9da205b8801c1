"""Assemble gold spans into a release: splits, groups of related posts, and the merge into MNER-MI-Plus."""
