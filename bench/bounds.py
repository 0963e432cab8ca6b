"""What bounds the kernel: how much a loan asks for, and how long the machine takes for the least of it.

The least is a chain: a row's interest needs the balance after the row before it, so its rounded multiply-divides come
one after the other. Their latency, times their number, is time no other arrangement of the same loan could save.
"""

from typing import Any, Final

import numpy as np

from bench import machine
from bench.contracts import AS_OF, due_dates
from bench.timing import interleave
from reprieve.engine import batch, money
from reprieve.engine import records as rec
from reprieve.engine import terms as term
from reprieve.engine.batch import Book
from reprieve.engine.jit import compiled

SAMPLE: Final = 1_000
_SPANS_MOST: Final = 600
_LINKS: Final = 1_000_000


@compiled
def chain(links: int) -> int:
    """Compute dependent multiply-divides, each base the result before it."""
    base = 1_000_000
    for _ in range(links):
        base = 1_000_000 + (money.multiply_divide(base, 240_000_000 * 31, 365_000, money.HALF_EVEN) & 0xFFFFF)
    return base


def link_ns() -> float:
    """Return the latency of one rounded multiply-divide in a chain, in nanoseconds."""
    chain(1)
    return interleave({"chain": lambda: chain(_LINKS)}, 3)[0]["chain"].least / _LINKS * 1e9


def count_work(book: Book) -> dict[str, float]:
    """Return per loan, from a sample: rows priced, rows due, events, spans of interest and penalty, bytes touched."""
    loans = min(SAMPLE, len(book))
    days = np.full(len(book), AS_OF)
    out = np.empty((len(book), rec.POSITION_WIDTH), np.int64)
    spans = 0
    for loan in range(loans):
        written = batch.run_block(book, days, out, loan, loan + 1, _SPANS_MOST)
        spans += int((written[:, rec.X_RULE] <= rec.DROPPED).sum())
    terms = book.terms[:loans]
    due = due_dates(terms[:, term.DISBURSED_ON], 25) <= AS_OF
    rows_due = np.minimum(due.sum(axis=1), terms[:, term.INSTALMENTS]).sum()
    events = book.offsets[loans]
    return {
        "rows_priced": float(terms[:, term.INSTALMENTS].mean()),
        "rows_due": float(rows_due / loans),
        "events": float(events / loans),
        "spans": spans / loans,
        "bytes": float(8 * (term.WIDTH + rec.POSITION_WIDTH + 1) + 21 * events / loans),
    }


def explain(book: Book, seconds_a_loan: float) -> dict[str, Any]:
    """Return the figures of the bound and a paragraph that states it."""
    work, latency, bandwidth = count_work(book), link_ns(), machine.copy_bandwidth()
    nanoseconds = seconds_a_loan * 1e9
    happenings = 2 * work["rows_due"] + work["events"]
    links = work["rows_priced"] + work["spans"]
    share = work["bytes"] / seconds_a_loan / bandwidth
    text = (
        f"A loan of the full book prices {work['rows_priced']:.1f} rows, lets {work['rows_due']:.1f} fall due and "
        f"their grace end, and takes {work['events']:.1f} events: {happenings:.1f} happenings, "
        f"{nanoseconds / happenings:.0f} ns each. It rounds {links:.1f} spans ({work['spans']:.1f} of them after "
        f"signing); one rounded multiply-divide takes {latency:.1f} ns in a chain, so the chain alone takes "
        f"{links * latency:.0f} of the {nanoseconds:.0f} ns a loan ({links * latency / nanoseconds:.1%}). It touches "
        f"{work['bytes']:.0f} bytes, {share:.1%} of copy bandwidth ({bandwidth / 1e9:.1f} GB/s): memory does not bound "
        f"it. The rest is calls, branches and the scratch of rows and instalments."
    )
    return {
        "per_loan": work, "ns_per_loan": nanoseconds, "ns_per_happening": nanoseconds / happenings,
        "multiply_divide_ns": latency, "chain_share": links * latency / nanoseconds,
        "copy_bytes_per_second": bandwidth, "bandwidth_share": share, "text": text,
    }  # fmt: skip
