"""A chat platform of our own, played in the browser: for demos, rehearsals and tests."""
