"""The migrations of the postings: numbered, forward only, never edited once released."""
