"""While listening, the many small parts of a table become few, unless that is not wanted."""

import json
import os
import pathlib
import tempfile

import pytest
from deltalake import DeltaTable

FILES = 120


@pytest.fixture
def folder():
    """In memory where the system has such: a store syncs much, and a busy disk is slow at it."""
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="roost-merging-", dir=memory) as path:
        yield pathlib.Path(path)


def parts(folder, table):
    return len(list((folder / "out" / f"{table}.parquet").glob("part-*.parquet")))


@pytest.mark.parametrize("merges", [True, False])
def test_more_than_a_hundred_small_parts_become_one(roost, folder, merges):
    (folder / "in").mkdir()
    for n in range(FILES):
        (folder / f"in/t_{n:03d}.json").write_text(json.dumps({"n": n, "s": [{"x": n}, {"x": -n}]}))
    flags = [] if merges else ["--no-merge"]
    roost("listen", "--input-dir", folder / "in", "--output-dir", folder / "out", "--once", "--no-relate",
          "--settle", "0", "--schema-samples", "1", "--batch-files", "1", "--quiet", *flags)  # fmt: skip
    assert parts(folder, "t") == parts(folder, "s") == (1 if merges else FILES)
    assert len(DeltaTable(folder / "out/_roost/ledger").file_uris()) == (1 if merges else FILES)
    counted = json.loads(roost("query", folder / "out", "SELECT count(*) AS c, sum(x) AS x FROM s", "--format", "json").stdout)
    assert counted == [{"c": 2 * FILES, "x": 0}]
    verified = json.loads(roost("verify", folder / "out", "--json").stdout)
    assert verified["notes"] == [], "nothing is left of parts that are gone"


def test_parts_are_merged_although_there_is_always_another_batch(roost, folder):
    (folder / "in").mkdir()
    for n in range(6 * FILES):
        (folder / f"in/t_{n:03d}.json").write_text(json.dumps({"n": n}))
    roost("listen", "--input-dir", folder / "in", "--output-dir", folder / "out", "--once", "--no-relate",
          "--settle", "0", "--schema-samples", "1", "--batch-files", "1", "--quiet")  # fmt: skip
    log = sorted((folder / "out/_roost/ledger/_delta_log").glob("0*.json"))
    done = [json.loads(path.read_text().splitlines()[0])["commitInfo"]["operation"] for path in log]
    assert done.index("COMPACT") < len(done) - 1 - done[::-1].index("INGEST")
