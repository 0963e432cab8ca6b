"""The options that several commands share, with their help. Never reads a value."""

from enum import StrEnum
from typing import Annotated

import typer


class Language(StrEnum):
    """The languages of the tables."""

    zh = "zh"
    en = "en"


Json = Annotated[bool, typer.Option("--json", help="Print the published JSON: money in minor units.")]
Lang = Annotated[Language | None, typer.Option("--lang", help="The language of the table, else your locale's.")]
