"""What Django must know of the storage layer. Never does anything at start-up."""

from django.apps import AppConfig


class StorageConfig(AppConfig):
    """The only Django app with models."""

    name = "reprieve.storage"
    label = "storage"
