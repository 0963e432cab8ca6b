"""Sheets as PDF: a title and blocks, laid out by one template. Never computes a figure, and holds no words.

What stands on a sheet travels as data and is never read as markup.
"""

import json
from collections.abc import Mapping
from importlib.resources import files
from typing import Any, Final

REGIONS: Final = {"zh": "CN", "en": "GB"}
STANDARD: Final = "ua-1"
"""PDF/UA-1: tagged, with a language and a title, so that it can be read by ear."""


def pdf_of_sheet(sheet: Mapping[str, Any]) -> bytes:
    """Return a sheet (title, footer, lang, region, font, blocks) as a PDF: the same sheet gives the same bytes."""
    import typst

    text = json.dumps(sheet, ensure_ascii=False)
    try:
        return _compiled(text, [STANDARD])
    except typst.TypstError:  # a name has a letter that no font here has; the standard forbids the box in its place
        return _compiled(text, [])


def _compiled(sheet: str, standards: Any) -> bytes:
    import typst

    template = files("reprieve.operations").joinpath("templates/plan.typ").read_bytes()
    inputs = {"sheet": sheet}
    return typst.compile(template, format="pdf", sys_inputs=inputs, pdf_standards=standards, timestamp=0)
