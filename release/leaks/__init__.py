"""Posts, texts and pictures that two splits or two corpora share."""
