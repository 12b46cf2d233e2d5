"""The laws of the service: pure and synchronous; no await, no clock, no database, no chat."""
