"""Writes the generated reference files, or says which differ from the models. Never edits a file by hand's own."""

import sys
from pathlib import Path

from reprieve.lending.schema import published_files


def publish(folder: str, *, write: bool) -> int:
    """Write the files into a folder, or name those that are not current; return the exit code."""
    differing = []
    for name, text in published_files().items():
        path = Path(folder) / name
        if path.exists() and path.read_text("utf-8") == text:
            continue
        differing.append(str(path))
        if write:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
    for path_name in differing:
        print(f"{'wrote' if write else 'not current'}: {path_name}", file=sys.stdout if write else sys.stderr)
    return 1 if differing and not write else 0
