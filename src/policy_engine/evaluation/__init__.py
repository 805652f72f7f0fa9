"""Two engines, the closing of cases, verdicts and explanations."""
