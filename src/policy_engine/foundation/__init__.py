"""Source spans, diagnostics and three-valued logic: what every other floor stands on."""
