"""Commands, intake and the close of day on a real PostgreSQL."""
