"""The one HTTP server: sandbox page, webhooks and health share it."""
