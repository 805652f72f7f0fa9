"""Who may use the desk over the net: accounts, what each role may do, signing in, and a trail of what was done."""
