"""How well the examples of rules test them: conditions exercised, masking MC/DC, mutants."""
