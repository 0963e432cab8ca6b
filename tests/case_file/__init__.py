"""The case file, its schemas and its refusals."""
