"""Ledgers: tables of any length, decided row by row on the rules of the single case."""
