"""How rules are written: each operator, kind and key once, from which loader, editor, schema and guide all take it."""
