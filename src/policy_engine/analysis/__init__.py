"""Reason about rule sets: lints, coverage of conditions, mutants, solver findings, differences, ways out."""
