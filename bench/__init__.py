"""The bench: seeded books, what a user would pick instead, and the figures of `make bench`. Nothing imports it."""
