"""The engines of the contest, each behind one small interface."""
