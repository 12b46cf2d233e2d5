"""Tells a person exactly what he or she may do here."""
