"""Talk to Label Studio: its API, the shapes of its answers, and posts as tasks."""
