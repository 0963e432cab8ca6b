"""A program of its own: the last close of a lender, once more on the executors of a cluster; prints what it found.

`python -m tests.spark.close_on_cluster SHARD_LOANS`, with `DATABASE_URL` set. Writes nothing to the database.
"""

import json
import os
import sys

import django
import numpy as np
import pyarrow as pa

EXECUTORS = 2


def main(shard_loans: int) -> None:
    """Compute the close on the cluster and here, and say how the figures compare."""
    django.setup()
    from reprieve.lending.columns import day_number
    from reprieve.operations.runner import closed_here, closed_on_spark
    from reprieve.operations.shard import Day, Days
    from reprieve.storage.close import last_finished
    from reprieve.storage.columns import micros, shard_tables

    now = last_finished()
    then = last_finished(before=now.on)
    days = Days(*(
        Day(day_number(run.on), run.cut.contract, run.cut.event, micros(run.cut.before)) for run in (now, then)
    ))  # fmt: skip
    ranges = [range(first, first + shard_loans) for first in range(1, now.cut.contract + 1, shard_loans)]
    shards = [shard_tables(rows, now.cut) for rows in ranges]
    session = _cluster()
    processes = session.sparkContext.parallelize(range(64), 8).map(lambda _: os.getppid()).distinct().count()
    there = closed_on_spark(session, shards, days)
    here = closed_here(shards, days)
    session.stop()
    local = _by_the_close(ranges, now, then)
    print(json.dumps({
        "loans": there.num_rows, "shards": len(shards), "executors": processes,
        "refused": int(np.count_nonzero(there["error"])), "same_as_threads": there.equals(here),
        "same_as_close": there.equals(local), "not_due": int(there["now_not_due_principal"].to_numpy().sum()),
    }))  # fmt: skip


def _by_the_close(ranges, now, then) -> pa.Table:
    """The pages of the close itself, in the same columns."""
    from reprieve.operations.book import Earlier, page_of
    from reprieve.operations.shard import FIELDS, PARTS

    tables = []
    for rows in ranges:
        page = page_of(rows, now, Earlier(then, {}))
        assert not page.faults, page.faults
        columns = {"contract": np.array(page.rows), "error": np.zeros(len(page.rows), np.int64)}
        for part, names in PARTS.items():
            columns |= {f"{part}_{name}": getattr(page, part)[:, place] for place, name in enumerate(names)}
        tables.append(pa.table({name: columns[name] for name in FIELDS}))
    return pa.concat_tables(tables).combine_chunks()


def _cluster():
    """A master and two workers with an executor each, all of their own processes, that listen on this machine alone."""
    from pyspark.sql import SparkSession

    return (
        SparkSession.builder.master(f"local-cluster[{EXECUTORS},1,1024]")
        .appName("reprieve")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.executor.memory", "1g")
        .getOrCreate()
    )


if __name__ == "__main__":
    main(int(sys.argv[1]))
