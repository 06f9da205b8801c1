"""mnerctl: make a multi-image multimodal named-entity dataset from social-media posts."""
