"""A day played from a file: the real engine on a temporary database, a frozen clock, people on a stage."""
