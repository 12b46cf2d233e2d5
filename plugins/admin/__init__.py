"""For those who run it: health, what was parked, which plugins are on; figures for chairs."""
