"""
What the hours caused: pure arithmetic on weekly series of many channels at once.

Nothing here knows a database, a clock or a random number. The doors are `estimate.estimate`
for what was, `forecast`, `reallocation` and `patience` for what may come.
"""
