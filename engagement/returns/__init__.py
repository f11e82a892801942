"""
What the hours caused: pure arithmetic on weekly series of many channels at once.

Nothing here knows a database, a clock or a random number. `estimate.estimate_many` is the door.
"""
