"""Breaks text into lines of a width: English between words, Chinese between characters, never before a closing mark.

Never changes a character; only line ends are added, and the space at a break is dropped.
"""

import re
from typing import Final

from rich.cells import cell_len

_OPENING: Final = "（《“‘「【〔("
_CLOSING: Final = "，。；：、？！）》”’」】〕%％…,.;:?)"
_PIECE: Final = re.compile(
    r"\s+|[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f“”‘’…]|[^\s\u2e80-\u9fff\uf900-\uffef\u3000-\u303f“”‘’…]+"
)


def wrap(text: str, width: int) -> list[str]:
    """Return text as lines of at most `width` cells; a piece longer than a line stands alone.

    >>> wrap("每月还 ¥536.64，17 个月还清。", 16)
    ['每月还 ¥536.64，', '17 个月还清。']
    """
    lines, line = [], ""
    for piece in _pieces(text):
        if line and cell_len(line) + cell_len(piece.rstrip()) > width:
            lines.append(line.rstrip())
            line = piece.lstrip()
        else:
            line += piece
    return [*lines, line.rstrip()]


def _pieces(text: str) -> list[str]:
    """Return what may not be broken: words, characters with the marks that cling to them, spaces with what precedes."""
    pieces: list[str] = []
    for piece in _PIECE.findall(text):
        clings = piece.isspace() or piece[0] in _CLOSING or (pieces and pieces[-1][-1] in _OPENING)
        if pieces and clings:
            pieces[-1] += piece
        else:
            pieces.append(piece)
    return pieces
