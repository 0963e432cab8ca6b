"""Books as Arrow tables: what goes in as columns comes out as the single case's figures."""

import json
from datetime import date
from pathlib import Path

import polars as pl
import pytest

import reprieve
from reprieve.errors import BadInput

EXAMPLE = Path(reprieve.__file__).parent / "lending" / "examples" / "eight_thousand.json"


def cases():
    document = json.loads(EXAMPLE.read_text("utf-8"))
    later = {**document, "events": [*document["events"], {"on": "2026-03-20", "kind": "payment", "amount": 30000}]}
    return [reprieve.Case.read(document), reprieve.Case.read(later)]


def test_columns_in_give_the_figures_of_the_single_cases():
    contracts, events = reprieve.columns(cases())
    table = reprieve.positions(pl.DataFrame(contracts), date(2026, 4, 25), pl.DataFrame(events))
    for row, case in enumerate(cases()):
        single = reprieve.position(case, date(2026, 4, 25)).to_dict()
        assert table["arrears_principal"][row].as_py() == single["arrears"]["principal"]
        assert table["arrears_penalty"][row].as_py() == single["arrears"]["penalty"]
        assert table["payoff"][row].as_py() == single["payoff"]
        assert table["status"][row].as_py() == single["status"]
        assert table["next_due_on"][row].as_py().isoformat() == single["next_due"]["on"]


def test_polars_reads_the_positions_without_a_converter():
    frame = pl.DataFrame(reprieve.positions(cases(), date(2026, 4, 25)))
    assert frame["outstanding" if "outstanding" in frame.columns else "payoff"].len() == 2


def test_an_unknown_column_is_refused_with_what_is_allowed():
    with pytest.raises(BadInput, match="principal"):
        reprieve.positions(pl.DataFrame({"prinzipal": [1]}), date(2026, 4, 25))


def test_an_unknown_kind_is_refused_with_what_is_allowed():
    contracts, events = reprieve.columns(cases())
    wrong = pl.DataFrame(events).with_columns(kind=pl.lit("pay"))
    with pytest.raises(BadInput, match="payment"):
        reprieve.positions(contracts, date(2026, 4, 25), wrong)


@pytest.mark.parametrize(
    ("column", "value"),
    [("principal", -1), ("principal", 5 * 10**12), ("rate", -1), ("rate", 10**12), ("penalty_value", 10**15)],
)
def test_a_contract_that_does_not_fit_is_refused_with_its_row(column, value):
    contracts, events = reprieve.columns(cases())
    wrong = pl.DataFrame(contracts).with_columns(
        pl.when(pl.int_range(pl.len()) == 1).then(value).otherwise(pl.col(column)).alias(column)
    )
    with pytest.raises(BadInput, match=rf"contracts\.{column}\[1\]"):
        reprieve.positions(wrong, date(2026, 4, 25), events)


def test_a_day_by_which_the_figures_would_not_fit_is_refused():
    contracts, _ = reprieve.columns(cases())
    large = pl.DataFrame(contracts).with_columns(principal=pl.lit(10**12), instalment=pl.lit(0))
    reprieve.positions(large, date(2026, 4, 25))
    with pytest.raises(BadInput, match="principal"):
        reprieve.positions(large, date(2046, 4, 25))
