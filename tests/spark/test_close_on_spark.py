"""The close of 10,000 loans on a Spark cluster of several processes gives what the close of this machine gives."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from reprieve.storage.cluster import APP, SUPERUSER
from tests.operations.lending import close

LOANS = 10_000
SHARD_LOANS = 1_500
EXECUTORS = 2

pyspark = pytest.importorskip("pyspark", reason="the extra `spark` is not installed")
needs_java = pytest.mark.skipif(shutil.which("java") is None, reason="no Java (apt-get install default-jre-headless)")


@needs_java
def test_the_close_of_a_book_is_the_same_on_a_cluster(fresh_database):
    from bench import lender_book
    from reprieve.operations.commands.lenders import establish_lender

    establish_lender("Spark", "cn", currency="CNY", time_zone="UTC")
    with fresh_database.connect(SUPERUSER) as connection:
        lender_book.fill(connection, *lender_book.draw(LOANS))
        connection.execute("ANALYZE")
    close("2026-06-27", shard_loans=SHARD_LOANS)
    close("2026-06-28", shard_loans=SHARD_LOANS)
    found = on_cluster(fresh_database)
    assert found["loans"] > LOANS * 0.99
    assert found["shards"] == -(-found["loans"] // SHARD_LOANS)
    assert found["executors"] == EXECUTORS, "the tasks ran in processes of several executors"
    assert found["same_as_threads"]
    assert found["same_as_close"]
    assert found["refused"] == 0
    assert found["not_due"] > 0


def on_cluster(database) -> dict:
    """What the program of the cluster found; it and its executors are processes of their own."""
    environment = {
        **os.environ, "DATABASE_URL": database.url(APP), "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_HOME": str(Path(pyspark.__file__).parent), "PYSPARK_PYTHON": sys.executable,
    }  # fmt: skip
    command = [sys.executable, "-m", "tests.spark.close_on_cluster", str(SHARD_LOANS)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=240)
    assert done.returncode == 0, done.stderr[-4000:]
    return json.loads(done.stdout.splitlines()[-1])
