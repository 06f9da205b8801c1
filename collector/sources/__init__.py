"""Where posts come from; one module for each name of `mnerctl fetch --source`, each with a `SOURCE`."""
