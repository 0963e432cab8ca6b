"""The lint of words: kind, short, written as each language writes, claiming only what a rule grants."""
