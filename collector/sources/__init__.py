"""Where posts come from: X's API, X's syndication, or an archive; one file a source."""
