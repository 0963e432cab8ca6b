"""The engine: pure columns in, pure columns out. No clock, no files, no database, no rule packs."""
