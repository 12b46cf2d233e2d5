"""The front door: all that plugins and adapters may import."""
