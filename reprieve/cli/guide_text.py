"""Shows the guide's answer as plain text that a person can read in 80 columns. Never computes a figure."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from rich.box import SIMPLE_HEAD
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table

from reprieve.cli.guide_lines import assumed, called, in_order, plan_name
from reprieve.cli.wrapping import wrap
from reprieve.lending.guide.guide_answer import Answer, BudgetLine, DebtAnswer, Plan
from reprieve.words import Words
from reprieve.words.message import Message

BAR_CELLS: Final = 40
NAME_CELLS: Final = 12
"""The least room a table leaves for a name, which may be broken; a figure never is."""
PICTURE_CELLS: Final = 8
"""What the picture needs beside its bars and amounts: labels and the spaces between."""
COMPONENTS: Final = ("principal", "interest", "penalty", "fees")


def show(answer: Answer, say: Words) -> None:
    """Print the whole answer, the most needed first."""
    page = _Page(answer, say)
    with page.captured():
        _show(page)


def _show(page: "_Page") -> None:
    answer, say = page.answer, page.words
    page.title("answer", on=say.day(answer.on))
    page.paragraphs(answer.headline)
    for debt in answer.debts:
        _debt(page, debt)
    page.section("budget")
    _budget(page)
    page.section("plans")
    _plans(page)
    page.section("order")
    _order(page)
    for debt in answer.debts:
        for part in ("letter", "phone"):
            page.section(part, debt if len(answer.debts) > 1 else None)
            page.speech(getattr(debt, part))
    for part in ("contact", "relief", "asking", "advice"):
        if getattr(answer, part):
            page.section(part)
            page.points(getattr(answer, part))
    if answer.assumptions:
        page.section("assumptions")
        for text in assumed(answer, say):
            page.point(text)
    page.line("")
    page.line(say.text("guide.note.limits"))
    page.line(say.text("guide.note.private"))


class _Page:
    """A console beside the words and the currency of one answer."""

    def __init__(self, answer: Answer, say: Words) -> None:
        self.answer, self.words = answer, say
        self._console = Console(highlight=False, markup=False, emoji=False)

    @contextmanager
    def captured(self) -> Iterator[None]:
        """Gather what is printed, and print it without the spaces that tables leave at the end of a line."""
        with self._console.capture() as capture:
            yield
        lines = (line.rstrip() for line in capture.get().splitlines())
        sys.stdout.write("\n".join(lines) + "\n")

    def say(self, message: Message) -> str:
        """Return a message in words."""
        return self.words.say(message, self.answer.currency)

    def money(self, minor: int) -> str:
        """Return an amount without its symbol, for a table."""
        return self.words.money(minor, self.answer.currency, symbol=False)

    def title(self, name: str, **figures: str) -> None:
        """Print the title of the answer."""
        self._console.print(self.words.text(f"guide.title.{name}", **figures), style="bold")

    def section(self, name: str, debt: DebtAnswer | None = None) -> None:
        """Print the heading of a section, with its debt where there are several."""
        beside = "" if debt is None else f" · {self.called(debt)}"
        self._console.print()
        self._console.print(f"{self.words.text(f'guide.title.{name}')}{beside}", style="bold")

    def called(self, debt: DebtAnswer) -> str:
        """Return what a debt is called."""
        return called(debt, self.words)

    def line(self, text: str) -> None:
        """Print a paragraph, wrapped."""
        self._write("", text)

    def paragraphs(self, messages: Iterable[Message]) -> None:
        """Print messages, one under the other."""
        for message in messages:
            self.line(self.say(message))

    def joined(self, messages: Iterable[Message]) -> str:
        """Return messages in one line."""
        return ("；" if self.words.language == "zh" else "; ").join(self.say(message) for message in messages)

    def point(self, text: str) -> None:
        """Print one point of a list."""
        self._write("• ", text)

    def indented(self, text: str) -> None:
        """Print a line that belongs to the point above it."""
        self._write("  ", text)

    def points(self, messages: Iterable[Message]) -> None:
        """Print messages as a list."""
        for message in messages:
            self.point(self.say(message))

    def speech(self, messages: Iterable[Message]) -> None:
        """Print a letter or a script: requests are points, the rest paragraphs."""
        for message in messages:
            if message.key.startswith("guide.ask."):
                self._write("  – ", self.say(message))
            else:
                self.indented(self.say(message))

    def picture(self, bars: Table) -> None:
        """Print bars, which are made to fit."""
        self._console.print(bars)

    @property
    def width(self) -> int:
        """How many cells a line has."""
        return self._console.width

    def table(self, table: Table) -> None:
        """Print a table; where its figures would not stand whole beside each other, a list in its place."""
        cells = [[str(cell) for cell in column.cells] for column in table.columns]
        heads = [str(column.header) for column in table.columns]
        needed = [max(map(cell_len, (head, *below)), default=0) for head, below in zip(heads, cells, strict=True)]
        is_worded = table.columns[0].justify == "left"
        least = [min(needed[0], NAME_CELLS) if is_worded else needed[0], *needed[1:]]
        if sum(least) + 2 * (len(least) - 1) <= self.width:
            self._console.print(table)
            return
        for row in zip(*cells, strict=True):
            shown = [f"{head} {cell}" for head, cell in zip(heads, row, strict=True)]
            self.point(" · ".join([row[0], *shown[1:]] if is_worded and not row[0].isdigit() else shown))

    def _write(self, mark: str, text: str) -> None:
        """Print text after a mark, its further lines under the first."""
        width = max(self._console.width - cell_len(mark), 20)
        for number, line in enumerate(wrap(text, width)):
            self._console.print((" " * cell_len(mark) if number else mark) + line, soft_wrap=True)


def _debt(page: _Page, debt: DebtAnswer) -> None:
    if len(page.answer.debts) > 1:
        page.line("")
        page.line(page.called(debt))
    page.section("owed")
    _owed(page, debt)
    page.section("growth")
    _growth(page, debt)
    if debt.record:
        page.section("record")
        page.points(event.message for event in debt.record)
    page.section("cost")
    page.points(debt.cost.messages)
    for finding in debt.cost.findings:
        page.points([finding.message])
        page.indented(f"{page.words.text('guide.counted.title')}{page.joined(finding.counted)}")


def _owed(page: _Page, debt: DebtAnswer) -> None:
    columns = [part for part in COMPONENTS if getattr(debt.owed.overdue, part) or part == "principal"]
    table = _table(page.words, (), [f"column.{part}" for part in columns])
    amounts = [page.money(getattr(debt.owed.overdue, part)) for part in columns]
    if debt.owed.not_due:
        table.add_column(page.words.text("guide.title.not_due"), justify="right", no_wrap=True)
        amounts.append(page.money(debt.owed.not_due))
    table.add_column(page.words.text("column.total"), justify="right", no_wrap=True)
    table.add_row(*amounts, page.money(debt.owed.total))
    page.table(table)
    page.points(debt.owed.why)


def _growth(page: _Page, debt: DebtAnswer) -> None:
    names = ["owed", "added"]
    has_ceiling = any(row.at_ceiling is not None for row in debt.growth)
    has_record = any(row.record_code is not None for row in debt.growth)
    names += ["at_ceiling"] * has_ceiling + ["record"] * has_record
    table = _table(page.words, ("guide.column.days", "guide.column.on"), [f"guide.column.{name}" for name in names])
    for row in debt.growth:
        cells = [page.money(row.owed.total), page.money(row.added)]
        cells += [page.money(row.owed.total if row.at_ceiling is None else row.at_ceiling)] * has_ceiling
        cells += [row.record_code or "–"] * has_record
        table.add_row(str(row.days), row.on.isoformat(), *cells)
    page.table(table)
    _picture(page, debt)
    if has_ceiling and debt.cost.ceiling_percent is not None:
        ceiling = f"{debt.cost.ceiling_percent.normalize():f}%"
        page.line(page.words.text("guide.growth.ceiling", ceiling=ceiling))


def _picture(page: _Page, debt: DebtAnswer) -> None:
    """Print a bar a horizon, from zero, today's debt solid and what is added light."""
    most = max(row.owed.total for row in debt.growth)
    cells = max(0, min(BAR_CELLS, page.width - len(page.money(most)) - PICTURE_CELLS))
    solid = debt.owed.total * cells // most
    rows = [(page.words.text("guide.growth.today"), debt.owed.total)]
    rows += [(str(row.days), row.owed.total) for row in debt.growth]
    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_column(justify="right")
    grid.add_column(no_wrap=True)
    grid.add_column(justify="right")
    for label, total in rows:
        light = total * cells // most - solid
        grid.add_row(label, "█" * solid + "░" * light, page.money(total))
    page.picture(grid)
    page.line(page.words.text("guide.growth.picture"))


def _budget(page: _Page) -> None:
    for name, lines in (("income", page.answer.budget.income), ("spending", page.answer.budget.spending)):
        if lines:
            page.line(page.words.text(f"guide.budget.{name}", lines=_lines(page, lines)))
    page.points(page.answer.budget.messages)


def _lines(page: _Page, lines: Sequence[BudgetLine]) -> str:
    """Return lines of a month with their names; one line without a name of its own is just its amount."""
    if [line.name for line in lines] == ["other"]:
        return page.money(lines[0].amount)
    shown = (f"{page.words.text(f'guide.line.{line.name}')} {page.money(line.amount)}" for line in lines)
    return page.words.text("print.comma").join(shown)


def _plans(page: _Page) -> None:
    for debt in page.answer.debts:
        if len(page.answer.debts) > 1:
            page.line(page.called(debt))
        plans = [plan for plan in page.answer.plans if plan.debt == debt.number - 1]
        page.table(_plan_table(page, plans))
        shortest = page.answer.shortest(debt.number - 1)
        if shortest is not None:
            _shortest(page, shortest)
        elif debt.offer and not any(plan.is_affordable for plan in plans):
            offer = page.words.money(debt.offer, page.answer.currency)
            page.line(page.words.text("guide.plan.none_fits", offer=offer))
        asks = {ask.key: ask for plan in plans for ask in plan.asks}
        if asks:
            page.line(page.words.text("guide.plan.only_asks"))
            _plan_asks(page, plans)


def _plan_table(page: _Page, plans: list[Plan]) -> Table:
    names = ("monthly", "months", "last_on", "total", "extra")
    table = _table(page.words, ("guide.column.plan",), [f"guide.column.{name}" for name in names])
    has_fit = any(plan.is_affordable is not None for plan in plans)
    if has_fit:
        table.add_column(page.words.text("guide.column.fits"), no_wrap=True)
    for plan in plans:
        cells = [
            page.money(plan.monthly),
            str(plan.months),
            plan.last_on.isoformat(),
            page.money(plan.total),
            page.money(plan.extra),
        ]
        if has_fit:
            cells.append(page.words.text("guide.plan.fits" if plan.is_affordable else "guide.plan.too_much"))
        table.add_row(plan_name(plan, page.words), *cells)
    return table


def _shortest(page: _Page, plan: Plan) -> None:
    amounts = {"monthly": page.words.money(plan.monthly, page.answer.currency), "months": plan.months}
    page.line(page.words.text("guide.plan.shortest_is", **amounts, last_on=page.words.day(plan.last_on)))
    page.line(page.words.text("guide.plan.costs_more", extra=page.words.money(plan.extra, page.answer.currency)))


def _plan_asks(page: _Page, plans: list[Plan]) -> None:
    """Say under the table what each plan asks of the lender."""
    for plan in plans:
        if plan.asks:
            page.point(
                page.words.text("guide.plan.asks", plan=plan_name(plan, page.words), asks=page.joined(plan.asks))
            )


def _order(page: _Page) -> None:
    order = page.answer.order
    page.points(order.messages)
    for step in order.first:
        bill, amount = page.words.text(f"guide.line.{step.bill}"), page.words.money(step.amount, page.answer.currency)
        page.line(page.words.text("guide.order.bill_line", bill=bill, amount=amount))
    if not order.strategies:
        return
    names = ("months", "total", "extra", "first_closed")
    table = _table(page.words, ("guide.column.order",), [f"guide.column.{name}" for name in names])
    for one in order.strategies:
        name = page.words.text(f"guide.strategy.{one.name}")
        if one.months is None or one.total is None or one.extra is None:
            table.add_row(name, page.words.text("guide.order.not_cleared"), "–", "–", "–")
        else:
            closed = one.first_closed_on.isoformat() if one.first_closed_on else "–"
            table.add_row(name, str(one.months), page.money(one.total), page.money(one.extra), closed)
    page.table(table)
    for one in order.strategies:
        page.point(page.say(one.message))
        page.indented(in_order(page.answer, one, page.words))


def _table(say: Words, words: Iterable[str], numbers: Iterable[str]) -> Table:
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    for key in words:
        table.add_column(say.text(key), overflow="fold")
    for key in numbers:
        table.add_column(say.text(key), justify="right", no_wrap=True)
    return table
