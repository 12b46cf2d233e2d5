"""Opens the day in every group: the weekday's theme and the chair's own opening, once, in time."""
