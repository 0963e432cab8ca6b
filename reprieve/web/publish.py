"""Writes the published OpenAPI document, or says that it is not current: `python -m reprieve.web.publish [--write]`.

Never starts a server or touches a database.
"""

import os
import sys
from pathlib import Path
from typing import Final

FILE: Final = "docs/reference/openapi.json"


def publish(file: str = FILE, *, write: bool) -> int:
    """Write the document, or compare it; return the exit code."""
    from reprieve.web.api import api
    from reprieve.web.openapi import text_of

    path, text = Path(file), text_of(api.get_openapi_schema())
    if path.exists() and path.read_text("utf-8") == text:
        return 0
    if write:
        path.write_text(text, "utf-8")
    sys.stderr.write(f"{'wrote' if write else 'not current'}: {path}\n")
    return 0 if write else 1


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "reprieve.web.settings"
    import django

    django.setup()
    sys.exit(publish(write="--write" in sys.argv[1:]))
