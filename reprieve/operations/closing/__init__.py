"""The steps of a close, one file a step. Each does its work and its checkpoint in one transaction, once."""
