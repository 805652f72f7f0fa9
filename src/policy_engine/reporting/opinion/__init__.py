"""An opinion on paper: what it says (`paper`, `compose`), and the files it is written as (`writers`)."""
