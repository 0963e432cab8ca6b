"""The only code that knows SQL and files of the database: server, records, identifiers. Never decides about money."""
