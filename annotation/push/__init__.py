"""Push posts to Label Studio projects: for all, for each annotator, for the review or for suspects."""
