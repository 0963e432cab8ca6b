"""The database server, the records and their guards."""
