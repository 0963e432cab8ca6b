"""Finds a font on this machine that has Chinese and Latin letters. Never fetches one; the error says how to get it."""

from functools import cache
from typing import Final

from reprieve.errors import BadInput

FAMILIES: Final = (
    "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN", "PingFang SC", "Microsoft YaHei",
    "HarmonyOS Sans SC", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "Noto Serif CJK SC", "Noto Serif SC",
    "Source Han Serif SC", "Songti SC", "SimSun", "Noto Sans CJK JP", "Noto Sans CJK TC", "AR PL UMing CN",
)  # fmt: skip
"""Families that print Chinese, the most readable first."""
HOW_TO: Final = (
    "a font with Chinese characters, such as Noto Sans CJK SC; on Debian or Ubuntu: apt-get install fonts-noto-cjk; "
    "elsewhere put its file into ~/.local/share/fonts"
)


def chinese_family() -> str:
    """Return the best font family of this machine. Raises `BadInput`, saying how to get one."""
    there = families()
    found = next((name for name in FAMILIES if name in there), None)
    if found is None:
        raise BadInput("--pdf", "no font with Chinese characters", HOW_TO, code="font")
    return found


@cache
def families() -> frozenset[str]:
    """Return the font families of this machine."""
    import typst

    return frozenset(typst.Fonts().families())
