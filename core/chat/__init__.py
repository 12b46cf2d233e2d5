"""Words that every platform shares: what comes in, what goes out, what a platform can do."""
