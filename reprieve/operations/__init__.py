"""What the platform does: commands, the close of day, intake. Joins storage and lending; holds no SQL and no words."""
