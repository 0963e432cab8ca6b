"""The plain book in Polars: one pass over all loans for each row of the schedule, one for each thing that happens.

The oldest unpaid instalment is the only one that can be paid in part, so a loan's state fits in columns: that
instalment, the next payment, the money in hand. A pass lets every loan take its next step; loans that have none left
are set aside.
"""

import os
from datetime import date, timedelta
from typing import Any, Final

os.environ.setdefault("POLARS_MAX_THREADS", "2")

import numpy as np
import polars as pl
from polars import col, when

from bench.rivals import NAMES
from bench.rivals.tables import contracts_table, payments_table
from reprieve.engine.batch import Book

MICRO: Final = 1_000_000
NEVER: Final = date(2999, 1, 1)
GRACE, TOLERATED, OVERDUE = 0, 1, 2


def read_contracts(book: Book) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return contracts and payments as frames."""
    return pl.DataFrame(contracts_table(book)), pl.DataFrame(payments_table(book))


def run(frames: tuple[pl.DataFrame, pl.DataFrame], on: int) -> pl.DataFrame:
    """Return the figures of every loan on a day."""
    contracts, payments = frames
    day = date(1970, 1, 1) + timedelta(on)
    rows, running = schedule(contracts, day)
    return show(contracts, rows, running, replay(contracts, rows, payments, day), day)


def as_minor(figures: pl.DataFrame) -> np.ndarray:
    """Return int64[loans, figures], to compare."""
    return figures.select(NAMES).to_numpy()


def divide_half_even(top: pl.Expr, bottom: pl.Expr | int) -> pl.Expr:
    """Quotient of non-negative integers, rounded half-even."""
    quotient = top // bottom
    twice = 2 * (top - quotient * bottom)
    return quotient + ((twice > bottom) | ((twice == bottom) & (quotient % 2 == 1))).cast(pl.Int64)


def divide_by_name(top: pl.Expr, bottom: int) -> pl.Expr:
    """Quotient of non-negative integers, by the contract's rounding."""
    quotient = top // bottom
    twice = 2 * (top - quotient * bottom)
    up = (twice > bottom) | ((twice == bottom) & (col("is_half_up") | (quotient % 2 == 1)))
    return quotient + up.cast(pl.Int64)


def days_between(start: pl.Expr, end: pl.Expr | date) -> pl.Expr:
    """Whole days from one date to another."""
    return (pl.lit(end) if isinstance(end, date) else end).cast(pl.Int64) - start.cast(pl.Int64)


def interest(opening: pl.Expr, start: pl.Expr, due: pl.Expr, end: pl.Expr | date) -> pl.Expr:
    """Interest of a row up to a day, in minor units."""
    year = when(col("is_actual")).then(365).otherwise(12 * days_between(start, due))
    micro = divide_half_even(opening * col("rate") * days_between(start, end), 1_000 * year)
    return divide_by_name(micro, MICRO)


def schedule(contracts: pl.DataFrame, on: date) -> tuple[pl.DataFrame, pl.Series]:
    """Return the rows up to the one that runs, rank by rank (every rank holds all loans), and the running rank."""
    state = contracts.select(
        "principal", "rate", "is_actual", "is_half_up", "disbursed_on", "instalments", "instalment"
    )
    state = state.with_columns(opening=col("principal"), start=col("disbursed_on"), running=pl.lit(0, pl.Int64))
    ranks = []
    is_open = True
    while is_open:
        number = len(ranks) + 1
        state = (
            state.lazy()
            .with_columns(due=col("disbursed_on").dt.offset_by(f"{number}mo"))
            .with_columns(interest=interest(col("opening"), col("start"), col("due"), col("due")))
            .with_columns(
                principal=when(number >= col("instalments"))
                .then(col("opening"))
                .otherwise(pl.min_horizontal(col("opening"), col("instalment") - col("interest"))),
                due=when(number <= col("instalments")).then(col("due")).otherwise(NEVER),
            )
            .with_columns(running=col("running") + (col("due") <= on).cast(pl.Int64))
            .collect()
        )
        ranks.append(state.select("opening", "start", "due", "principal", "interest"))
        is_open = bool((state["running"] == number).any())
        state = state.with_columns(opening=col("opening") - col("principal"), start=col("due"))
    nothing = ranks[-1].with_columns(opening=0, principal=0, interest=0, due=NEVER).cast(ranks[-1].schema)
    return pl.concat([*ranks, nothing]), state["running"]


def replay(contracts: pl.DataFrame, rows: pl.DataFrame, payments: pl.DataFrame, on: date) -> pl.DataFrame:
    """Return every loan after all that happens up to a day, in order of loans."""
    count = payments.group_by("loan").agg(count=pl.len().cast(pl.Int64))
    active = (
        contracts.lazy()
        .join(count.lazy(), on="loan", how="left", maintain_order="left")
        .with_columns(payments_end=col("count").fill_null(0).cum_sum())
        .with_columns(
            payment=col("payments_end") - col("count").fill_null(0), rank=pl.lit(0, pl.Int64),
            unpaid_fee=col("fee"), late=pl.lit(0, pl.Int64), micro=pl.lit(0, pl.Int64), settled=pl.lit(0, pl.Int64),
            since=rows["due"].head(len(contracts)), unpaid_principal=rows["principal"].head(len(contracts)),
            unpaid_interest=rows["interest"].head(len(contracts)), status=pl.lit(GRACE, pl.Int64),
            cash=pl.lit(0, pl.Int64), day=col("disbursed_on"), is_payment=pl.lit(False),
        )
        .collect()
    )  # fmt: skip
    done = []
    while len(active):
        chosen = choose(active, rows, payments, len(contracts))
        done.append(chosen.filter(col("event_day") > on).select(active.columns))
        active = step(chosen.filter(col("event_day") <= on), rows, len(contracts)).select(active.columns)
    return pl.concat(done).sort("loan")


def choose(active: pl.DataFrame, rows: pl.DataFrame, payments: pl.DataFrame, loans: int) -> pl.DataFrame:
    """Add what happens next to every loan: money in hand meets a row due, or a payment comes."""
    last = max(len(payments) - 1, 0)
    place = col("payment").clip(0, last)
    has_payment = col("payment") < col("payments_end")
    is_next_payment = ~col("is_paying") & ((col("cash") == 0) | (col("paid_on") < col("due")))
    return (
        active.lazy()
        .with_columns(
            due=pl.lit(rows["due"]).gather(col("rank") * loans + col("loan")),
            paid_on=when(has_payment).then(pl.lit(payments["paid_on"]).gather(place)).otherwise(NEVER),
            amount=pl.lit(payments["amount"]).gather(place),
        )
        .with_columns(is_paying=(col("cash") > 0) & (col("due") <= col("day")))
        .with_columns(comes=is_next_payment)
        .with_columns(
            event_day=when("is_paying").then("day").when("comes").then("paid_on").otherwise("due"),
        )
        .collect()
    )


def step(chosen: pl.DataFrame, rows: pl.DataFrame, loans: int) -> pl.DataFrame:
    """Let it happen: the oldest instalment is paid, the loan is paid off, or money is held."""
    return (
        chosen.lazy()
        .with_columns(
            cash=col("cash") + when("comes").then("amount").otherwise(0),
            payment=col("payment") + col("comes").cast(pl.Int64),
            is_payment=when("is_paying").then("is_payment").otherwise("comes"),
            day=col("event_day"),
            acts=col("due") <= col("event_day"),
        )
        .pipe(expire, col("acts"), col("day"))
        .pipe(pay)
        .pipe(next_instalment, rows, loans)
        .pipe(pay_off)
        .collect()
    )


def expire(frame: pl.LazyFrame, acts: pl.Expr, day: pl.Expr | date) -> pl.LazyFrame:
    """End the grace of instalments, and add the penalty accrued (micro units) and owed on a day."""
    unpaid = col("unpaid_fee") + col("unpaid_interest") + col("unpaid_principal")
    percent = divide_by_name(unpaid * col("late_value"), MICRO).clip(col("late_min"))
    percent = when(col("late_max") >= 0).then(pl.min_horizontal(percent, "late_max")).otherwise(percent)
    late = when(col("late_kind") == 1).then("late_value").when(col("late_kind") == 2).then(percent).otherwise(0)
    penalty = divide_half_even(3 * col("unpaid_principal") * col("rate") * days_between(col("since"), day), 730_000)
    return (
        frame.with_columns(
            expires=acts & (col("status") == GRACE) & (days_between(col("due"), day) > col("grace_days"))
        )
        .with_columns(is_missed=col("expires") & (unpaid > col("tolerance")))
        .with_columns(
            status=when("is_missed").then(OVERDUE).when("expires").then(TOLERATED).otherwise("status"),
            late=col("late") + when("is_missed").then(late).otherwise(0),
            micro=when(col("expires") & ~col("is_missed")).then(0).otherwise("micro"),
        )
        .with_columns(micro_now=col("micro") + when(acts & (col("status") != TOLERATED)).then(penalty).otherwise(0))
        .with_columns(
            penalty=when(col("status") == GRACE)
            .then(0)
            .otherwise(divide_by_name(col("micro_now"), MICRO) - col("settled"))
        )
    )


def pay(frame: pl.LazyFrame) -> pl.LazyFrame:
    """Pay the oldest instalment: fee, late fee, penalty, interest, principal."""
    frame = frame.with_columns(left=when("acts").then("cash").otherwise(0))
    for part in ("unpaid_fee", "late", "penalty", "unpaid_interest", "unpaid_principal"):
        frame = frame.with_columns(paid=pl.min_horizontal("left", part)).with_columns(
            (col(part) - col("paid")).alias(part),
            left=col("left") - col("paid"),
            **({"settled": col("settled") + col("paid")} if part == "penalty" else {}),
        )
    unpaid = col("unpaid_fee") + col("unpaid_interest") + col("unpaid_principal")
    is_cured = col("acts") & (col("status") == OVERDUE) & (unpaid <= col("tolerance"))
    closes = (col("acts") & (col("paid") > 0)) | col("is_cured")
    return (
        frame.with_columns(is_cured=is_cured, cash=when("acts").then("left").otherwise("cash"))
        .with_columns(
            micro=when(closes).then("micro_now").otherwise("micro"),
            since=when(closes).then("day").otherwise("since"),
            status=when("is_cured").then(TOLERATED).otherwise("status"),
        )
        .with_columns(is_gone=col("acts") & (unpaid + col("late") + col("penalty") == 0))
    )


def next_instalment(frame: pl.LazyFrame, rows: pl.DataFrame, loans: int) -> pl.LazyFrame:
    """Turn to the next row where one is paid in full."""
    at = col("rank") * loans + col("loan")
    taken = {name: pl.lit(rows[name]).gather(at) for name in ("opening", "start", "principal", "interest")}
    return (
        frame.with_columns(rank=col("rank") + col("is_gone").cast(pl.Int64))
        .with_columns(due=pl.lit(rows["due"]).gather(at), **{f"row_{name}": taken[name] for name in taken})
        .with_columns(
            unpaid_fee=when("is_gone").then("fee").otherwise("unpaid_fee"),
            unpaid_interest=when("is_gone").then("row_interest").otherwise("unpaid_interest"),
            unpaid_principal=when("is_gone").then("row_principal").otherwise("unpaid_principal"),
            since=when("is_gone").then("due").otherwise("since"),
            **{name: when("is_gone").then(0).otherwise(name) for name in ("late", "micro", "settled", "status")},
            last=pl.lit(len(rows) // loans - 1, pl.Int64),
        )
    )


def pay_off(frame: pl.LazyFrame) -> pl.LazyFrame:
    """Close loans whose payment, with what is held, reaches all that is not due."""
    owed = col("row_opening") + interest(col("row_opening"), col("row_start"), col("due"), col("day"))
    can = col("is_payment") & (col("due") > col("day")) & (col("row_opening") > 0)
    return frame.with_columns(owed=when(can).then(owed).otherwise(None)).with_columns(
        rank=when(col("cash") >= col("owed")).then("last").otherwise("rank"),
        cash=when(col("cash") >= col("owed")).then(col("cash") - col("owed")).otherwise("cash"),
    )


def show(
    contracts: pl.DataFrame, rows: pl.DataFrame, running: pl.Series, state: pl.DataFrame, on: date
) -> pl.DataFrame:
    """Return the figures: what has fallen due by bucket, the running row, and what follows from them."""
    loans = len(contracts)
    due = add_up(unpaid_instalments(rows, state, on))
    at = running * loans + pl.Series(np.arange(loans))
    row = rows[at].select("opening", "start", "due", "principal", "interest")
    parts = [name for name in NAMES if name.startswith(("due_", "arrears_"))]
    is_open = (col("rank") < len(rows) // loans - 1) & (col("opening") > 0) & (col("due") != NEVER)
    figures = (
        state.select("loan", "rank", "rate", "is_actual", "is_half_up", "fee", held="cash")
        .hstack(row)
        .lazy()
        .join(due.lazy(), on="loan", how="left", maintain_order="left")
        .with_columns(pl.col(*parts, "days_past_due").fill_null(0), is_open=is_open)
        .with_columns(
            not_due_principal=when("is_open").then("opening").otherwise(0),
            accrued_interest=when("is_open").then(interest(col("opening"), col("start"), col("due"), on)).otherwise(0),
            next_due_on=when("is_open").then(col("due").cast(pl.Int64)).otherwise(-1),
            next_due_amount=when("is_open").then(col("principal") + col("interest") + col("fee")).otherwise(0),
        )
    )
    total = pl.sum_horizontal(*parts, "not_due_principal", "accrued_interest")
    return figures.with_columns(payoff=total - col("held")).select(NAMES).collect()


def unpaid_instalments(rows: pl.DataFrame, state: pl.DataFrame, on: date) -> pl.LazyFrame:
    """Return the rows that have fallen due and are not paid; the oldest of each loan as its state has it."""
    loans = len(state)
    place = pl.int_range(pl.len(), dtype=pl.Int64)
    unpaid = (
        rows.lazy()
        .with_columns(row_rank=place // loans, loan=place % loans)
        .filter(col("due") <= on)
        .filter(col("row_rank") >= pl.lit(state["rank"]).gather(col("loan")))
    )
    terms = state.lazy().select(
        "loan", "rank", "rate", "is_half_up", "fee", "grace_days", "tolerance", "late_kind", "late_value", "late_min",
        "late_max", "unpaid_fee", "unpaid_interest", "unpaid_principal", "late", "micro", "settled", "status", "since",
    )  # fmt: skip
    is_oldest = col("row_rank") == col("rank")
    fresh: dict[str, Any] = {"unpaid_fee": "fee", "unpaid_interest": "interest", "unpaid_principal": "principal"}
    fresh |= {"since": "due", "late": 0, "micro": 0, "settled": 0, "status": GRACE}
    return unpaid.join(terms, on="loan").with_columns(
        **{name: when(is_oldest).then(name).otherwise(other) for name, other in fresh.items()}
    ).pipe(expire, pl.lit(True), on).with_columns(age=days_between(col("due"), on))  # fmt: skip


def add_up(instalments: pl.LazyFrame) -> pl.DataFrame:
    """Return the sums of each loan by bucket and component, and the days past due."""
    is_late = col("status") == OVERDUE
    amounts = {
        "principal": col("unpaid_principal"), "interest": col("unpaid_interest"), "penalty": col("penalty"),
        "fees": col("unpaid_fee") + col("late"),
    }  # fmt: skip
    sums = {f"due_{name}": when(~is_late).then(amount).otherwise(0).sum() for name, amount in amounts.items()}
    sums |= {f"arrears_{name}": when(is_late).then(amount).otherwise(0).sum() for name, amount in amounts.items()}
    return (
        instalments.group_by("loan").agg(**sums, days_past_due=when(is_late).then("age").otherwise(0).max()).collect()
    )
