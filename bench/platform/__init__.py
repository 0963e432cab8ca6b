"""What the platform's speed is beside PostgreSQL's own: payments against TPC-B, intake against a bare ingest.

All figures come from one run on one server with fsync on. Never touches a database but its own, which it removes.
"""
