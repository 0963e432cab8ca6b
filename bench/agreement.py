"""The full book against the `Fraction` reference, loan by loan: how many figures differ, and by how much in all."""

from typing import Any, Final

import numpy as np

from bench.case_of import case_of, day_text, figures_of
from bench.contracts import AS_OF
from reprieve.engine import batch
from reprieve.engine import records as rec
from reprieve.engine.batch import Book
from tests import reference

SHOWN: Final = 5


def compare_with_reference(book: Book) -> dict[str, Any]:
    """Return how the kernel and the reference agree on the book's loans: counts, and the first loans that differ."""
    found = batch.positions(book, AS_OF)
    differing, differences, refused = [], 0, 0
    for loan in range(len(book)):
        try:
            figures = figures_of(reference.position(case_of(book, loan), day_text(AS_OF)))
        except (reference.Unsupported, reference.NegativePrincipal):
            figures = None
        is_refused = found[loan, rec.O_ERROR] != 0
        refused += is_refused
        if is_refused or figures is None:
            unequal = int(is_refused != (figures is None))
        else:
            unequal = int(np.abs(found[loan] - np.array(figures)).sum())
        if unequal:
            differing.append(loan)
            differences += unequal
    return {
        "loans": len(book),
        "refused_by_both": int(refused),
        "loans_differing": len(differing),
        "minor_units_different": differences,
        "first_differing": differing[:SHOWN],
    }
