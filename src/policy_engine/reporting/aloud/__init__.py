"""A document read aloud: its rules as continuous Chinese, by article, to be printed and signed."""
