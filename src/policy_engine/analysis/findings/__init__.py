"""Findings of the solver: claims about every case, each with a case that shows it where there is one."""
