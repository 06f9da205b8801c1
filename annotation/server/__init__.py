"""A private Label Studio server on this machine: installed, started and logged in to."""
