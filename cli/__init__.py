"""The command line: the only place that talks to people and knows exit codes."""
