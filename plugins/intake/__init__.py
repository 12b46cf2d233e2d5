"""Hears requests in what people write and opens cases; what is no request is left alone."""
