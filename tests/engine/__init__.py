"""The engine, module by module: properties first, then edges."""
