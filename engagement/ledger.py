"""Daily and weekly sums, in SQL; the one reader of raw hours and responses."""
