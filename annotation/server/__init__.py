"""Install, start and recognise a private Label Studio server on this machine."""
