"""A rule base kept as it was loaded and compiled, so that the next run need not do it again. See docs/decisions/0027."""
