"""The model wing: systems that judge a release. Import its modules by name; this loads no torch."""
