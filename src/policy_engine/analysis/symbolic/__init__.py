"""A rule set as solver formulas: the same lowered pairs that every backend is written from."""
