"""An answer as a small HTML table, for a notebook. Shows figures as they are and computes none."""

from collections.abc import Mapping
from html import escape
from typing import Any


def as_html(document: Mapping[str, Any]) -> str:
    """Return a table of an answer: rows of a list as rows, parts of a mapping as columns, the rest as lines."""
    tables = []
    for key, value in document.items():
        if isinstance(value, list) and value and isinstance(value[0], Mapping):
            tables.append(_rows(key, value))
    parts = {key: value for key, value in document.items() if isinstance(value, Mapping) and "total" in value}
    if parts:
        tables.append(_rows("position", [{"part": key, **value} for key, value in parts.items()]))
    plain = {key: value for key, value in document.items() if not isinstance(value, Mapping | list)}
    if plain:
        cells = "".join(
            f"<tr><th scope='row'>{_text(key)}</th><td>{_text(value)}</td></tr>" for key, value in plain.items()
        )
        tables.append(f"<table>{cells}</table>")
    return "".join(tables)


def _rows(caption: str, rows: list[Mapping[str, Any]]) -> str:
    heads = "".join(f"<th scope='col'>{_text(key)}</th>" for key in rows[0])
    body = "".join("<tr>" + "".join(f"<td>{_text(value)}</td>" for value in row.values()) + "</tr>" for row in rows)
    return f"<table><caption>{_text(caption)}</caption><tr>{heads}</tr>{body}</table>"


def _text(value: Any) -> str:
    return escape("" if value is None else str(value))
