"""Posts become Label Studio projects, one for each annotator, reviewer or round of suspects."""
