"""How work reaches the engine: one port, one implementation per way of running."""
