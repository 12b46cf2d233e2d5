"""A day played from a file: the real engine, a frozen clock, people on a stage."""
