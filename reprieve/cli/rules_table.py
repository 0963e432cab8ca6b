"""Shows rules as text a person can read in 80 columns, in either language. Never chooses a rule."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from rich.console import Console
from rich.text import Text

from reprieve.rules.pack import RulesInForce
from reprieve.rules.rule import Rule, plain
from reprieve.words import Words

INDENT: Final = 2

Change = tuple[str, Rule | None, Rule | None]


def show(in_force: RulesInForce, found: Sequence[Rule], say: Words, *, prefix: str = "") -> None:
    """Print the rules in force, one paragraph each: value, days, sentence, source."""
    _line(say.text("rules.title", place=in_force.place, on=say.day(in_force.on), count=len(found)), style="bold")
    for rule in found:
        _paragraph(rule, say)
    if prefix and not found:
        _line(say.text("rules.none", prefix=prefix))
    _line("")
    left = len(in_force.pack.not_encoded)
    if left:
        _line(say.text("rules.left_out", count=left))
    _line(say.text("rules.hash", hash=in_force.pack.content_hash[:12]))


def left_out(in_force: RulesInForce, prefix: str, say: Words) -> None:
    """Print what a pack leaves out on purpose, and why."""
    found = [one for one in in_force.pack.not_encoded if one.key.startswith(prefix)]
    _line(say.text("rules.left_out_title", place=in_force.place, count=len(found)), style="bold")
    for one in found:
        _line(f"\n{one.key}", style="bold")
        _indented(one.says[say.language])
        _indented(one.because[say.language])


def diff(place: str, earlier: date, later: date, found: Sequence[Change], say: Words) -> None:
    """Print the rules that are not the same on two days."""
    days = {"earlier": say.day(earlier), "later": say.day(later)}
    _line(say.text("rules.diff_title", place=place, count=len(found), **days), style="bold")
    for _, before, after in found:
        rule = after or before
        assert rule is not None, "a change has a rule on one of its sides"
        kind = "changed" if before and after else "begun" if after else "ended"
        values = [_value(side, say) for side in (before, after) if side]
        _line(f"\n{rule.key}  {say.text(f'change.{kind}')}", style="bold")
        _indented(" → ".join(dict.fromkeys(values)))
        _indented(_span(rule, say))
        _indented(rule.says[say.language])
        _indented(rule.cite(say.language), style="dim")


def check(checked: Sequence[dict[str, Any]], say: Words) -> None:
    """Print the counts of each pack, and how its worked cases fail."""
    for one in checked:
        names = ("place", "rules", "keys", "not_encoded", "cases")
        _line(say.text("rules.checked", **{name: one[name] for name in names}))
        for failed in one["failures"]:
            _indented(failed)
        key = "rules.fail" if one["failures"] else "rules.hold"
        _indented(say.text(key, count=len(one["failures"])))
        _indented(say.text("rules.hash", hash=one["content_hash"]), style="dim")


def _paragraph(rule: Rule, say: Words) -> None:
    _line(f"\n{rule.key}", style="bold")
    _indented(_value(rule, say))
    _indented(rule.says[say.language])
    scope = [say.text(f"lender.{word}") for word in rule.lenders] + [
        say.text(f"product.{word}") for word in rule.products
    ]
    if scope:
        _indented(say.text("rules.scope", scope=say.text("rules.comma").join(scope)))
    about = (_span(rule, say), say.text(f"level.{rule.level}"), say.text(f"confidence.{rule.confidence}"))
    _indented(" · ".join(about), style="dim")
    _indented(rule.cite(say.language), style="dim")


def _span(rule: Rule, say: Words) -> str:
    if rule.until is None:
        return say.text("rules.since", first=say.day(rule.from_))
    return say.text("rules.between", first=say.day(rule.from_), last=say.day(rule.until - timedelta(days=1)))


def _value(rule: Rule, say: Words) -> str:
    value = rule.value
    if rule.unit in ("rate_per_year", "share"):
        return say.percent(Decimal(str(value)) * 100)
    if rule.unit == "minor_units" and isinstance(value, int):
        return say.money(value, rule.currency or "")
    if rule.unit == "flag":
        return say.text(f"flag.{'yes' if value else 'no'}")
    if rule.unit in ("list", "table", "time_of_day"):
        return _listed(value)
    return say.text(f"unit.{rule.unit}", count=value)


def _listed(value: object) -> str:
    """Return a list or table on one line: its words are those of programs, the sentence beside it says the same."""
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {_listed(below)}" for key, below in value.items())
    if isinstance(value, tuple):
        return ", ".join(_listed(below) for below in value)
    return str(plain(value)).lower() if isinstance(value, bool) else str(plain(value))


def _line(text: str, style: str = "") -> None:
    _console().print(Text(text, style=style))


def _indented(text: str, style: str = "") -> None:
    console = _console()
    for line in Text(text, style=style).wrap(console, console.width - INDENT):
        line.rstrip()
        line.pad_left(INDENT)
        console.print(line)


def _console() -> Console:
    return Console(highlight=False, markup=False, emoji=False)
