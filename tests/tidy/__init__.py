"""How this code is written, checked."""
