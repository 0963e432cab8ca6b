"""Everything that checks Reprieve."""
