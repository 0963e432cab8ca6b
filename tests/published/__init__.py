"""Published figures, held against this code."""
