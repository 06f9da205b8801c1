"""Dehydrate, rehydrate and withdraw: what can happen to a release after it is frozen."""
