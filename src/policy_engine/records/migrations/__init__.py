"""How the tables of records came to be what they are, step by step; run by Alembic."""
