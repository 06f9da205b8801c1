"""A trained model applied to records: tags, spans, their probabilities and prediction files."""
