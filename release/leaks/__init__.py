"""Find posts, texts and images that two splits or two corpora share."""
