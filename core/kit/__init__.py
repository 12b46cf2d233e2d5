"""What a plugin author holds: Plugin, Turn, Heard, arguments, texts."""
