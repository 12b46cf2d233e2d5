"""The memory of the house: tables, reads, and one way to write (a ``Unit``, one transaction)."""
