"""Apache Fineract's end-to-end cases: every figure of every checkpoint is the peer's, or ours as recorded and derived.

`figures/peer_differences.json` holds, for each figure that differs, the peer's and ours in cents, under the rule that
parts them; `docs/differences.md` derives each by hand. A figure that starts or ceases to differ fails a test.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.published.official import FIGURES, Case, cases
from tests.published.peer import contract
from tests.published.peer_figures import our_figures, payoff_figures, peer_figures

pytestmark = pytest.mark.fast

PEERS = cases("peer_schedules")
RECORDED: dict[str, Any] = json.loads((FIGURES / "peer_differences.json").read_text("utf-8"))["cases"]
CHECKPOINTS = [
    pytest.param(peer.values[0], number, id=f"{peer.id}-{number}")
    for peer in PEERS
    for number in range(len(peer.values[0]["checkpoints"]))
]
DIFFERENCES = Path(__file__).parents[2] / "docs" / "differences.md"


@pytest.mark.parametrize(("case", "number"), CHECKPOINTS)
def test_a_checkpoint_prints_the_peers_figures_or_ours_as_derived(case: Case, number: int) -> None:
    peer, ours = peer_figures(case, number), our_figures(case, number)
    assert peer.keys() == ours.keys()
    recorded = RECORDED.get(case["id"], {"checkpoints": {}})["checkpoints"].get(str(number), {})
    assert {name: [peer[name], ours[name]] for name in peer if peer[name] != ours[name]} == recorded


@pytest.mark.parametrize("case", [peer for peer in PEERS if payoff_figures(peer.values[0])])
def test_a_payoff_costs_what_the_peer_quotes(case: Case) -> None:
    for peer, ours in payoff_figures(case):
        assert peer == ours


def test_every_recorded_difference_belongs_to_a_case_and_is_derived() -> None:
    page = DIFFERENCES.read_text("utf-8")
    names = {peer.id for peer in PEERS}
    for name, record in RECORDED.items():
        assert name in names
        assert record["checkpoints"]
        assert f"**{name.rsplit(':')[-1]}**" in page
        for rule in record["rules"]:
            assert f"### {rule}" in page


def test_seven_figures_in_eight_are_held() -> None:
    """So that recording differences never becomes the way to pass; each is a figure the peer's own rule moves."""
    compared = sum(len(peer_figures(*checkpoint.values)) for checkpoint in CHECKPOINTS)
    differing = sum(len(figures) for record in RECORDED.values() for figures in record["checkpoints"].values())
    assert differing * 8 < compared


def test_the_mapping_reads_parameters_and_no_names() -> None:
    for peer in PEERS:
        case = peer.values[0]
        unnamed = {**case, "id": "", "kinds": [], "source": {}, "loan": {**case["loan"], "product": ""}}
        assert contract(unnamed) == contract(case)
