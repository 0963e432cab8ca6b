"""The guide: figures by hand, by the engine and by replay; input it refuses; words in both languages."""
