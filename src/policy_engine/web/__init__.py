"""The desk in a browser: pages made by the server, which work without a script. Needs the extra `web`."""
