"""Shows answers as tables a person can read, in either language and in 80 columns. Never computes a figure."""

from datetime import date
from decimal import Decimal
from typing import Any, Final

from rich.box import SIMPLE_HEAD
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table

from reprieve.cli import lawful_lines
from reprieve.cli.wrapping import wrap
from reprieve.words import Words
from reprieve.words.retelling import SPAN, retold

COMPONENTS: Final = ("principal", "interest", "penalty", "fees", "total")
PARTS: Final = ("due", "arrears", "accrued", "not_due", "parked", "outstanding")
CONVENTIONS: Final = ("cn_simple", "cn_irr", "us_actuarial", "eu_effective", "eir")


def schedule(answer: dict[str, Any], currency: str, say: Words) -> None:
    """Print a schedule and its totals."""
    keys = ("principal", "interest", "fees", "due", "balance")
    table = _table(say, ("number", "due_on"), keys)
    for row in answer["instalments"]:
        amounts = [_amount(say, row[key], currency) for key in keys]
        table.add_row(str(row["number"]), str(row["due_on"]), *amounts)
    totals = [_amount(say, answer["totals"][key], currency) for key in keys[:-1]]
    table.add_section()
    table.add_row("", say.text("column.total"), *totals, "")
    _print(say.text("schedule.title", currency=currency), table)


def position(answer: dict[str, Any], currency: str, say: Words) -> None:
    """Print what is owed, and the facts beside it."""
    table = _table(say, ("part",), COMPONENTS)
    for part in PARTS:
        if part == "outstanding":
            table.add_section()
        amounts = [_amount(say, answer[part][key], currency) for key in COMPONENTS]
        table.add_row(say.text(f"part.{part}"), *amounts)
    on = say.day(date.fromisoformat(str(answer["on"])))
    _print(say.text("position.title", on=on, currency=currency), table, *_facts(answer, currency, say))


def remaining(answer: dict[str, Any], currency: str, say: Words) -> None:
    """Print what is owed already, and the payments to come."""
    table = _table(say, ("due_on",), COMPONENTS)
    on = say.day(date.fromisoformat(str(answer["on"])))
    if answer["now"]["total"]:
        table.add_row(say.text("remaining.now"), *(_amount(say, answer["now"][key], currency) for key in COMPONENTS))
    for row in answer["payments"]:
        table.add_row(str(row["due_on"]), *(_amount(say, row[key], currency) for key in COMPONENTS))
    total = say.text("remaining.total", amount=say.money(answer["total"], currency))
    _print(say.text("remaining.title", on=on, currency=currency), table, total)


def explain(answer: dict[str, Any], currency: str, say: Words) -> None:
    """Print the spans of a figure and how they sum to it."""
    table = _table(say, ("from", "to", "instalment"), ("base", "rate", "fraction", "amount", "rule"))
    rules = list(dict.fromkeys(str(span["rule"]) for span in answer["spans"]))
    for span in answer["spans"]:
        table.add_row(
            *(_or_dash(span[key]) for key in ("from", "to", "instalment")),
            "–" if span["base"] is None else _amount(say, span["base"], currency),
            "–" if span["rate"] is None else say.percent(Decimal(str(span["rate"])) * 100),
            _or_dash(span["fraction"]),
            _micro(say, span["amount_micro"], currency),
            str(rules.index(str(span["rule"])) + 1),
        )
    figure = say.text(f"component.{answer['figure']}")
    money = {key: say.money(answer[key], currency) for key in ("total", "collected", "amount")}
    title = say.text("explain.title", figure=figure, amount=money["amount"])
    legend = [f"{say.text('column.rule')} {number}: {retold(rule, say, SPAN)}" for number, rule in enumerate(rules, 1)]
    _print(title, table, *legend, say.text("explain.sum", **money))


def cost(answer: dict[str, Any], currency: str, say: Words) -> None:
    """Print what the credit costs, as money and as a rate."""
    table = _table(say, ("measure",), ("apr",))
    for convention in CONVENTIONS:
        rate = answer["apr"].get(convention)
        table.add_row(say.text(f"cost.{convention}"), "–" if rate is None else say.percent(Decimal(str(rate)), 4))
    facts = [
        say.text(f"cost.{key}", amount=say.money(answer[key], currency)) for key in ("total_repaid", "finance_charge")
    ]
    _print(say.text("cost.title"), table, *facts, *lawful_lines.lines(answer["lawfulness"], currency, say))


def project(answer: dict[str, Any], currency: str, say: Words) -> None:
    """Print what the debt grows to, and what the credit record would show where that is known."""
    has_record = any(row["credit_record"] is not None for row in answer["days"])
    table = _table(say, ("days", "on"), (*COMPONENTS, "days_past_due"))
    if has_record:
        table.add_column(say.text("column.credit_record"), overflow="fold")
    for row in answer["days"]:
        amounts = [_amount(say, row["outstanding"][key], currency) for key in COMPONENTS]
        record = [_or_dash(row["credit_record"])] if has_record else []
        table.add_row(str(row["days"]), str(row["on"]), *amounts, str(row["days_past_due"]), *record)
    _keep_whole(table)
    _print(say.text("project.title", currency=currency), table, *_record(answer["credit_record"], say))


def apr(answer: dict[str, Any], currency: str, say: Words) -> None:  # noqa: ARG001 -- every table takes the same
    """Print an annual percentage rate."""
    percent = say.percent(Decimal(str(answer["apr_percent"])), 4)
    line = say.text(
        "apr.line", percent=percent, convention=answer["convention"], unit_period=answer.get("unit_period") or "–"
    )
    _console().print(line)


def say_line(line: str) -> None:
    """Print one line of plain words, wrapped to the terminal."""
    console = _console()
    for part in line.split("\n"):
        for piece in wrap(part, console.width):
            console.print(piece, soft_wrap=True)


def _facts(answer: dict[str, Any], currency: str, say: Words) -> list[str]:
    facts = [say.text("position.payoff", amount=say.money(answer["payoff"], currency))]
    if answer["held"]:
        facts.append(say.text("position.held", amount=say.money(answer["held"], currency)))
    days = {"days": answer["days_past_due"], "contractual": answer["contractual_days_past_due"]}
    facts.append(say.text("position.days", **days))
    if answer.get("bucket") is not None:
        facts.append(say.text("position.bucket", bucket=answer["bucket"]))
    facts.append(say.text("position.status", status=say.text(f"status.{answer['status']}")))
    due = answer["next_due"]
    if due is None:
        facts.append(say.text("position.no_next"))
    else:
        on = say.day(date.fromisoformat(str(due["on"])))
        facts.append(say.text("position.next", on=on, amount=say.money(due["amount"], currency)))
    return facts


def _record(effect: dict[str, Any] | None, say: Words) -> list[str]:
    """Return what being late does to the credit record, each claim with its rule."""
    if effect is None:
        return []
    first = effect["first_adverse_on"]
    lines = [say.text("lawful.record_clear")]
    if first is not None:
        lines = [say.text("lawful.record_first", on=say.day(date.fromisoformat(first)), code=effect["code"])]
    for one in effect["sources"]:
        says, source = one["says"][say.language], one["source"][say.language]
        lines.append(say.text("lawful.cited", says=says, source=source))
    return lines


_GAP: Final = 2
"""Cells between two columns."""


def _table(say: Words, words: tuple[str, ...], numbers: tuple[str, ...]) -> Table:
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    for key in words:
        table.add_column(say.text(f"column.{key}"), no_wrap=key != "part")
    for key in numbers:
        table.add_column(say.text(f"column.{key}"), justify="right", overflow="fold", no_wrap=key == "amount")
    return table


def _keep_whole(table: Table) -> None:
    """Let headings break between words before figures do, and inside a word only where the figures leave no room."""
    figures = [max([cell_len(str(cell)) for cell in column.cells], default=0) for column in table.columns]
    room = _console().width - _GAP * (len(figures) - 1)
    headings = [str(column.header) for column in table.columns]
    for least in (cell_len, _longest_word, _nothing):
        widths = [max(figure, least(heading)) for figure, heading in zip(figures, headings, strict=True)]
        if sum(widths) <= room:
            for column, width in zip(table.columns, widths, strict=True):
                column.width = width
            return


def _longest_word(heading: str) -> int:
    return max(cell_len(word) for word in heading.split())


def _nothing(_heading: str) -> int:
    return 0


def _print(title: str, table: Table, *lines: str) -> None:
    console = _console()
    console.print(title, style="bold")
    console.print()
    console.print(table)
    if lines:
        console.print()
    for line in lines:
        for part in wrap(line, console.width):
            console.print(part)


def _console() -> Console:
    return Console(highlight=False, markup=False, emoji=False)


def _amount(say: Words, minor: int, currency: str) -> str:
    return say.money(minor, currency, symbol=False)


def _micro(say: Words, micro: int, currency: str) -> str:
    """Return millionths of a minor unit in major units, to four more decimals than money has."""
    whole, rest = divmod(abs(micro), 10**6)
    shown = say.money(whole, currency, symbol=False)
    return f"{'−' if micro < 0 else ''}{shown}{'' if '.' in shown else '.'}{rest // 100:04d}"


def _or_dash(value: object) -> str:
    return "–" if value is None else str(value)
