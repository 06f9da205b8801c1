"""Systems that read text and several images."""
