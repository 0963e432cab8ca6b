"""Whether the documentation holds together."""
