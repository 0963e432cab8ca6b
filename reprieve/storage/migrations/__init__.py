"""Every change of the database, in order. Never edited once released."""
