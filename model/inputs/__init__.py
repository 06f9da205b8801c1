"""The inputs of the networks: pretrained encoders, word pieces, word vectors and picture features."""
