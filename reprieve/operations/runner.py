"""Where the shards of a close are computed: on threads here, or by the executors of a Spark cluster. Keeps nothing.

Either way it is the same pure function over the same columns (`operations.shard`), so the figures are the same. What
is read comes from PostgreSQL to the driver and goes out with the job; executors ask no database.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Final

import pyarrow as pa
from pyarrow import ipc

from reprieve.operations.shard import FIELDS, Days, shard_closed

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

Shard = tuple[pa.Table, pa.Table]
"""Contracts and events of a shard, as `storage.columns.shard_tables` reads them."""
_SENT: Final = "contracts binary, events binary"
_ANSWERED: Final = ", ".join(f"{name} long" for name in FIELDS)


def closed_here(shards: Iterable[Shard], days: Days, *, threads: int = 2) -> pa.Table:
    """Return the loans of some shards between two closes, in order of contract, computed on threads."""
    with ThreadPoolExecutor(threads) as pool:
        return _in_order(pool.map(lambda shard: shard_closed(shard[0], shard[1], days), shards))


def closed_on_spark(session: SparkSession, shards: Iterable[Shard], days: Days) -> pa.Table:
    """Return the same, each shard computed by a task of a Spark job.

    The executors' Python needs this package. Raises what Spark raises where the job fails.
    """
    sent = [tuple(bytearray(_packed(table)) for table in shard) for shard in shards]
    tasks = session.sparkContext.parallelize(sent, len(sent))
    frame = session.createDataFrame(tasks, _SENT).mapInArrow(partial(_computed, days=days), _ANSWERED)
    return _in_order([frame.toArrow()])


def _computed(batches: Iterable[pa.RecordBatch], *, days: Days) -> Iterator[pa.RecordBatch]:
    """Compute the shards that stand in a task's rows; runs on an executor."""
    for batch in batches:
        for row in batch.to_pylist():
            answer = shard_closed(_unpacked(row["contracts"]), _unpacked(row["events"]), days)
            yield from answer.combine_chunks().to_batches()


def _packed(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table)
    packed: bytes = sink.getvalue().to_pybytes()
    return packed


def _unpacked(packed: bytes) -> pa.Table:
    return ipc.open_stream(packed).read_all()


def _in_order(parts: Iterable[pa.Table]) -> pa.Table:
    return pa.concat_tables(parts).sort_by("contract").combine_chunks()
