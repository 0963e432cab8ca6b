"""One borrower and one loan: documents in, decisions out. Never reads a clock, a file or a database."""
