"""Ways out of a refusal by changing the project, and the facts that suffice for it. Exact searches."""
