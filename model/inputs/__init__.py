"""What goes into a network: pretrained encoders, word pieces, word vectors and picture features."""
