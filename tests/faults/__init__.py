"""Kills under load: a real server, a clerk, a worker and PostgreSQL are killed at random, then a stranger counts."""
