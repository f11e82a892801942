"""
What the hours caused: pure arithmetic on one channel's weekly series.

Nothing here knows a database, a clock or a random number. `estimate.estimate` is the one door.
"""
