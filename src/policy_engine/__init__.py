"""Decide, with grounds, whether a case keeps the rules for government purchase of services."""
