"""Reading texts: what their words point to. A finding raises a question and decides nothing."""

from policy_engine.reading.reader import read, reader

__all__ = ("read", "reader")
