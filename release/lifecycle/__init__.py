"""What happens to a release after it is frozen: dehydrate, rehydrate, withdraw."""
