"""Check a release against rules: one module per group of rules, and the audit that runs them all."""
