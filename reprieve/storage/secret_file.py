"""The secrets of a home: passwords of its database and keys of its records. Never shown, logged or put into a command.

A real server's secrets come from the environment instead; see `docs/threat_model.md`.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Final

from reprieve.errors import BadInput
from reprieve.storage.home import Home

PASSWORD_BYTES: Final = 24
KEY_BYTES: Final = 32


@dataclass(frozen=True, slots=True, repr=False)
class Secrets:
    """What a home keeps secret. It has no printable form on purpose."""

    superuser_password: str
    owner_password: str
    app_password: str
    web_key: str
    identifier_keys: str
    index_keys: str


def read_secrets(path: Path) -> Secrets | None:
    """Return the secrets of a home, or nothing where it has none yet. Raises `BadInput` where the file is damaged."""
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _damaged(path, f"a file that cannot be read: {error.strerror}") from error
    try:
        values = json.loads(text)
        return Secrets(**{field.name: str(values[field.name]) for field in fields(Secrets)})
    except (ValueError, KeyError, TypeError) as error:
        raise _damaged(path, f"a damaged file ({type(error).__name__})") from None


def make_secrets(home: Home) -> Secrets:
    """Return the secrets of a home, drawn and written on first use; the file appears whole or not at all."""
    found = read_secrets(home.secrets_path)
    if found is not None:
        return found
    if home.data_path.exists():
        raise _damaged(home.secrets_path, "no file beside a database that was made with one")
    drawn = Secrets(
        superuser_password=secrets.token_urlsafe(PASSWORD_BYTES),
        owner_password=secrets.token_urlsafe(PASSWORD_BYTES),
        app_password=secrets.token_urlsafe(PASSWORD_BYTES),
        web_key=secrets.token_urlsafe(KEY_BYTES),
        identifier_keys=f"home-1:{_key()}",
        index_keys=f"home-1:{_key()}",
    )
    write_privately(home.secrets_path, json.dumps(asdict(drawn), indent=1) + "\n")
    return drawn


def write_privately(path: Path, text: str) -> None:
    """Write a file that only its owner may read, and that survives a power cut whole or not at all."""
    half = path.with_name(path.name + ".new")
    half.unlink(missing_ok=True)
    handle = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    half.rename(path)
    flush_folder(path.parent)


def flush_folder(folder: Path) -> None:
    """Make the names in a folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _key() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)).decode("ascii")


def _damaged(path: Path, found: str) -> BadInput:
    allowed = "the file that Reprieve wrote when it made this home: restore it from your backup"
    return BadInput(str(path), found, allowed, code="secrets_missing")
