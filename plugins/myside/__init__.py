"""A request seen by the one who asked: what he hears, says, sees of it, and his last word."""
