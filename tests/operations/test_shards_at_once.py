"""Shards of a close computed at once, each over a connection of its own, as `reprieve close` does it."""

from tests.operations.lending import close, controls, establish, held, sign, take


def test_shards_computed_at_once_come_to_what_they_come_to_one_after_the_other(fresh_database):
    establish()
    for number in range(1, 6):
        sign(f"L-{number}", principal=100_000 * number)
    [first] = close("2026-02-20", shard_loans=2, threads=2)
    assert (first["loans"], first["state"]) == (5, "finished")
    assert held() == controls("2026-02-20")
    take("L-3", 5_000, "2026-02-21")
    [second] = close("2026-02-21", shard_loans=2, threads=2)
    assert second["state"] == "finished"
    assert held() == controls("2026-02-21")
