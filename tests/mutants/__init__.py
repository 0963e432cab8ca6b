"""Planted bugs, and whether any test notices."""
