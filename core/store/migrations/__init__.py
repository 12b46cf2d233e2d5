"""The house's own migrations: numbered, forward only, never edited once released."""
