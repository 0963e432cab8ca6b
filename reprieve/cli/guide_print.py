"""The guide's answer as pages to print: what stands on them, in order, as data that one template lays out.

Never computes a figure. Words of a person, such as a lender's name, travel as data and are never read as markup.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from reprieve.cli.guide_lines import assumed, called, in_order, plan_name
from reprieve.cli.guide_proposal import proposal_of
from reprieve.lending.guide.guide_answer import Answer, BudgetLine, DebtAnswer, Plan
from reprieve.operations.print_font import chinese_family
from reprieve.operations.printing import REGIONS, pdf_of_sheet
from reprieve.words import Words
from reprieve.words.message import Message

COMPONENTS: Final = ("principal", "interest", "penalty", "fees")
BAR_WIDTH: Final = 1000

Block = dict[str, Any]


def pdf_of(answer: Answer, say: Words) -> bytes:
    """Return the answer as a PDF: the same answer gives the same bytes. Raises `BadInput` where no font fits."""
    return pdf_of_sheet(sheet_of(answer, say, chinese_family()))


def sheet_of(answer: Answer, say: Words, font: str) -> Block:
    """Return everything the template needs: title, language, font, and the blocks of the pages in order."""
    page = _Sheet(answer, say)
    return {
        "title": page.text("guide.title.answer", on=say.day(answer.on)),
        "footer": page.text("print.footer", on=answer.on.isoformat(), rules=answer.rules_hash[:12]),
        "lang": say.language, "region": REGIONS[say.language], "font": font,
        "blocks": [*_answer(page), *_plan_to_keep(page), *_words_to_use(page), *_to_know(page)],
    }  # fmt: skip


@dataclass(frozen=True)
class _Sheet:
    """An answer beside the words it is said in."""

    answer: Answer
    words: Words

    def text(self, key: str, **figures: object) -> str:
        """Return the words of a key."""
        return self.words.text(key, **figures)

    def say(self, message: Message) -> str:
        """Return a message in words."""
        return self.words.say(message, self.answer.currency)

    def cell(self, minor: int) -> str:
        """Return an amount for a table."""
        return self.words.money(minor, self.answer.currency, symbol=False)

    def amount(self, minor: int) -> str:
        """Return an amount for a sentence."""
        return self.words.money(minor, self.answer.currency)

    def title(self, name: str, debt: DebtAnswer | None = None) -> Block:
        """Return the heading of a section, with its debt where there are several."""
        title = self.text(f"guide.title.{name}")
        if debt is None or len(self.answer.debts) == 1:
            return _heading(title)
        return _heading(f"{title} · {self.called(debt)}")

    def called(self, debt: DebtAnswer) -> str:
        """Return what a debt is called."""
        return called(debt, self.words)

    def points(self, messages: Iterable[Message]) -> Block:
        """Return messages as a list."""
        return _points([self.say(message) for message in messages])

    def table(self, columns: Mapping[str, str], rows: list[list[str]]) -> Block:
        """Return a table: the key of each column, and whether it holds `words`, a `number`, or takes what is `wide`."""
        shown = [{"text": self.text(key), "holds": holds} for key, holds in columns.items()]
        return {"is": "table", "columns": shown, "rows": rows}


def _answer(page: _Sheet) -> Iterable[Block]:
    for message in page.answer.headline:
        yield _paragraph(page.say(message))
    for debt in page.answer.debts:
        yield from _owed(page, debt)
        yield from _growth(page, debt)
        if debt.record:
            yield page.title("record", debt)
            yield page.points(event.message for event in debt.record)
        yield from _cost(page, debt)
    yield page.title("budget")
    yield from _budget(page)
    yield from _plans(page)
    yield from _order(page)


def _owed(page: _Sheet, debt: DebtAnswer) -> Iterable[Block]:
    yield page.title("owed", debt)
    parts = [part for part in COMPONENTS if getattr(debt.owed.overdue, part) or part == "principal"]
    keys, cells = [f"column.{part}" for part in parts], [getattr(debt.owed.overdue, part) for part in parts]
    if debt.owed.not_due:
        keys, cells = [*keys, "guide.title.not_due"], [*cells, debt.owed.not_due]
    row = [page.cell(minor) for minor in (*cells, debt.owed.total)]
    yield page.table(dict.fromkeys((*keys, "column.total"), "number"), [row])
    yield page.points(debt.owed.why)


def _growth(page: _Sheet, debt: DebtAnswer) -> Iterable[Block]:
    yield page.title("growth", debt)
    has_ceiling = any(row.at_ceiling is not None for row in debt.growth)
    has_record = any(row.record_code is not None for row in debt.growth)
    names = ["owed", "added", *["at_ceiling"] * has_ceiling, *["record"] * has_record]
    rows = []
    for row in debt.growth:
        cells = [str(row.days), row.on.isoformat(), page.cell(row.owed.total), page.cell(row.added)]
        cells += [page.cell(row.owed.total if row.at_ceiling is None else row.at_ceiling)] * has_ceiling
        rows.append([*cells, *[row.record_code or "–"] * has_record])
    columns = {"guide.column.days": "number", "guide.column.on": "words"}
    yield page.table(columns | {f"guide.column.{name}": "number" for name in names}, rows)
    yield _bars(page, debt)
    yield _paragraph(page.text("print.picture"))
    if has_ceiling and debt.cost.ceiling_percent is not None:
        ceiling = f"{debt.cost.ceiling_percent.normalize():f}%"
        yield _paragraph(page.text("guide.growth.ceiling", ceiling=ceiling))


def _bars(page: _Sheet, debt: DebtAnswer) -> Block:
    """Return a bar a horizon, from zero: today's debt filled, what is added in outline."""
    most = max(row.owed.total for row in debt.growth)
    solid = debt.owed.total * BAR_WIDTH // most
    totals = [(page.text("guide.growth.today"), debt.owed.total)]
    totals += [(str(row.days), row.owed.total) for row in debt.growth]
    rows = [
        {"label": label, "solid": solid, "light": total * BAR_WIDTH // most - solid, "amount": page.cell(total)}
        for label, total in totals
    ]
    return {"is": "bars", "rows": rows}


def _cost(page: _Sheet, debt: DebtAnswer) -> Iterable[Block]:
    yield page.title("cost", debt)
    points = [_point(page.say(message)) for message in debt.cost.messages]
    for finding in debt.cost.findings:
        counted = f"{page.text('guide.counted.title')}{_joined(page, finding.counted)}"
        points.append(_point(page.say(finding.message), counted))
    yield {"is": "points", "items": points}


def _budget(page: _Sheet) -> Iterable[Block]:
    budget = page.answer.budget
    for key, lines in (("income", budget.income), ("spending", budget.spending)):
        if lines:
            yield _paragraph(page.text(f"guide.budget.{key}", lines=_lines(page, lines)))
    yield page.points(budget.messages)


def _lines(page: _Sheet, lines: Sequence[BudgetLine]) -> str:
    """Return lines of a month with their names; one line without a name of its own is just its amount."""
    if [line.name for line in lines] == ["other"]:
        return page.cell(lines[0].amount)
    shown = (f"{page.text(f'guide.line.{line.name}')} {page.cell(line.amount)}" for line in lines)
    return page.text("print.comma").join(shown)


def _plans(page: _Sheet) -> Iterable[Block]:
    yield page.title("plans")
    for debt in page.answer.debts:
        if len(page.answer.debts) > 1:
            yield _heading(page.called(debt), 2)
        plans = [plan for plan in page.answer.plans if plan.debt == debt.number - 1]
        if plans:
            yield _plan_table(page, plans)
        if debt.offer and not any(plan.is_affordable for plan in plans):
            yield _paragraph(page.text("guide.plan.none_fits", offer=page.amount(debt.offer)))
        asks = [(plan, _joined(page, plan.asks)) for plan in plans if plan.asks]
        if asks:
            yield _paragraph(page.text("guide.plan.only_asks"))
            yield _points(
                [page.text("guide.plan.asks", plan=plan_name(plan, page.words), asks=said) for plan, said in asks]
            )


def _plan_table(page: _Sheet, plans: Sequence[Plan]) -> Block:
    has_fit = any(plan.is_affordable is not None for plan in plans)
    rows = []
    for plan in plans:
        cells = [page.cell(plan.monthly), str(plan.months), plan.last_on.isoformat()]
        cells += [page.cell(plan.total), page.cell(plan.extra)]
        fits = page.text("guide.plan.fits" if plan.is_affordable else "guide.plan.too_much")
        rows.append([plan_name(plan, page.words), *cells, *[fits] * has_fit])
    columns = {"guide.column.plan": "wide"}
    columns |= {f"guide.column.{name}": "number" for name in ("monthly", "months", "last_on", "total", "extra")}
    return page.table(columns | ({"guide.column.fits": "words"} if has_fit else {}), rows)


def _order(page: _Sheet) -> Iterable[Block]:
    order = page.answer.order
    yield page.title("order")
    bills = [(page.text(f"guide.line.{step.bill}"), page.amount(step.amount)) for step in order.first]
    lines = [page.text("guide.order.bill_line", bill=bill, amount=amount) for bill, amount in bills]
    yield _points([*(page.say(message) for message in order.messages), *lines])
    if not order.strategies:
        return
    rows = []
    for one in order.strategies:
        closed = one.first_closed_on.isoformat() if one.first_closed_on else "–"
        figures = [page.text("guide.order.not_cleared"), "–", "–", "–"]
        if one.months is not None and one.total is not None and one.extra is not None:
            figures = [str(one.months), page.cell(one.total), page.cell(one.extra), closed]
        rows.append([page.text(f"guide.strategy.{one.name}"), *figures])
    names = ("months", "total", "extra", "first_closed")
    yield page.table({"guide.column.order": "wide"} | {f"guide.column.{name}": "number" for name in names}, rows)
    ways = [(page.say(one.message), in_order(page.answer, one, page.words)) for one in order.strategies]
    yield {"is": "points", "items": [_point(said, steps) for said, steps in ways]}


def _plan_to_keep(page: _Sheet) -> Iterable[Block]:
    """Return every payment of the plans put to the lenders, with room to note the day it was paid."""
    for debt in page.answer.debts:
        plan = proposal_of(page.answer, debt.number - 1)
        if plan is not None:
            title = page.text("print.payments")
            yield {"is": "page"}
            yield _heading(title if len(page.answer.debts) == 1 else f"{title} · {page.called(debt)}")
            yield _paragraph(page.text("print.about_payments"))
            yield _payment_table(page, plan)


def _payment_table(page: _Sheet, plan: Plan) -> Block:
    rows = [[str(row.number), row.on.isoformat(), page.cell(row.amount), page.cell(row.left), ""] for row in plan.rows]
    columns = {
        "print.column.number": "number", "print.column.due": "words", "print.column.amount": "number",
        "print.column.left": "number", "print.column.paid": "wide",
    }  # fmt: skip
    return page.table(columns, rows)


def _words_to_use(page: _Sheet) -> Iterable[Block]:
    """Return the letters, each on a page of its own, then what to say on the phone."""
    for debt in page.answer.debts:
        yield {"is": "page"}
        yield page.title("letter", debt)
        yield _speech(page, debt.letter)
    yield {"is": "page"}
    for debt in page.answer.debts:
        yield page.title("phone", debt)
        yield _speech(page, debt.phone)


def _speech(page: _Sheet, messages: Iterable[Message]) -> Block:
    items = [{"text": page.say(one), "is_ask": one.key.startswith("guide.ask.")} for one in messages]
    return {"is": "speech", "items": items}


def _to_know(page: _Sheet) -> Iterable[Block]:
    for part in ("contact", "relief", "asking", "advice"):
        messages = getattr(page.answer, part)
        if messages:
            yield page.title(part)
            yield page.points(messages)
    if page.answer.assumptions:
        yield page.title("assumptions")
        yield _points(assumed(page.answer, page.words))
    if page.answer.rules:
        yield page.title("rules")
        yield _points([_rule(page, rule.says, rule.source, rule.level) for rule in page.answer.rules])
    yield _paragraph(page.text("guide.note.limits"))
    yield _paragraph(page.text("print.private"))


def _rule(page: _Sheet, says: Any, source: Any, level: str) -> str:
    language = page.words.language
    return page.text("print.rule", says=says[language], source=source[language], level=page.text(f"level.{level}"))


def _joined(page: _Sheet, messages: Iterable[Message]) -> str:
    return page.text("print.semicolon").join(page.say(message) for message in messages)


def _heading(text: str, level: int = 1) -> Block:
    return {"is": "heading", "text": text, "level": level}


def _paragraph(text: str) -> Block:
    return {"is": "paragraph", "text": text}


def _points(texts: Iterable[str]) -> Block:
    return {"is": "points", "items": [_point(text) for text in texts]}


def _point(text: str, beneath: str = "") -> Block:
    return {"text": text, "beneath": beneath}
