"""The opinions that were issued, kept: numbered, chained by digests, decided again with the rules of their day."""
