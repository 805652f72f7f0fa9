"""What other programs use; the names they import are those of `policy_engine` itself."""
