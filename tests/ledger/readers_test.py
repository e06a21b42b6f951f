"""Other tools read a store that src/ledger wrote: Delta readers its tables, plain ones its views."""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile

import duckdb
import pandas
import polars
import pyarrow.parquet
import pytest
from deltalake import CommitProperties, DeltaTable, Transaction, write_deltalake

FILES = {"a2": False, "b1": False, "c1": True, "d1": False}
# What RunScript in tests/ledger_store.cc leaves: two rows of each file, in students with a column
# that came with c.json.
CONTENTS = sorted([content for content in FILES] * 2)


@pytest.fixture(scope="module")
def folder():
    """In memory where the system has such: a store syncs much, and a busy disk is slow at it."""
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="roost-readers-", dir=memory) as path:
        yield pathlib.Path(path)


@pytest.fixture(scope="module")
def store(binary, folder):
    """A store that the C++ tests' script wrote; not to be changed."""
    tests = binary.parent / "roost_tests"
    if not tests.exists():
        pytest.fail(f"{tests} is not built")
    return write(tests, folder / "store")


@pytest.fixture
def own_store(store, folder, request):
    """A copy of it, for a test that changes it."""
    return shutil.copytree(store, folder / request.node.name, symlinks=True)


def write(tests, path):
    path.mkdir(exist_ok=True)
    subprocess.run(
        [tests, "--gtest_filter=LedgerStore.IsWrittenForOtherReaders"],
        env={**os.environ, "ROOST_STORE": str(path)},
        check=True,
        capture_output=True,
        timeout=60,
    )
    return path


def contents(column):
    return sorted(column)


def test_delta_rs_reads_the_tables(store):
    students = DeltaTable(store / "delta/students")
    table = students.to_pyarrow_table()
    assert table.schema.names == ["_roost_id", "content", "extra"]
    assert contents(table["content"].to_pylist()) == CONTENTS
    assert len(set(table["_roost_id"].to_pylist())) == len(CONTENTS)
    assert students.transaction_version("roost") == DeltaTable(store / "_roost/ledger").version()
    assert students.protocol().min_reader_version == 1
    marks = DeltaTable(store / "delta/marks").to_pyarrow_table()
    assert marks.schema.names == ["_roost_id", "content"]
    assert contents(marks["content"].to_pylist()) == CONTENTS


def test_delta_rs_tells_the_history(store):
    students = DeltaTable(store / "delta/students")
    assert [entry["operation"] for entry in students.history(2)] == ["COMPACT", "INGEST"]
    ledger = DeltaTable(store / "_roost/ledger")
    assert ledger.version() == len(ledger.history()) - 1
    assert ledger.to_pyarrow_table().num_rows == 0  # the script adds no rows to it


def test_delta_rs_starts_from_a_checkpoint(own_store):
    for table in ("students", "marks"):
        log = own_store / "delta" / table / "_delta_log"
        hint = json.loads((log / "_last_checkpoint").read_text())
        for version in range(hint["version"] + 1):
            (log / f"{version:020}.json").unlink()
        read = DeltaTable(own_store / "delta" / table)
        assert read.version() >= hint["version"]
        assert contents(read.to_pyarrow_table()["content"].to_pylist()) == CONTENTS
        assert read.metadata().name == table


def test_a_checkpoint_and_the_commits_say_the_same(own_store):
    """delta-rs, asked for a checkpoint of its own, names the same parts as ours."""
    students = DeltaTable(own_store / "delta/students")
    before = sorted(students.file_uris())
    log = own_store / "delta/students/_delta_log"
    ours = list(log.glob("*.checkpoint.parquet"))
    assert ours
    for path in [*ours, log / "_last_checkpoint"]:
        path.unlink()
    again = DeltaTable(own_store / "delta/students")
    assert sorted(again.file_uris()) == before


def test_polars_reads_the_delta_tables(store):
    frame = polars.read_delta(str(store / "delta/students"))
    assert contents(frame["content"].to_list()) == CONTENTS
    lazy = polars.scan_delta(str(store / "delta/students")).filter(polars.col("extra") == "xc1")
    assert lazy.collect().height == 2


def view(store, table):
    return str(store / f"{table}.parquet")


def test_plain_readers_read_the_views(store):
    for table in ("students", "marks"):
        path = view(store, table)
        assert contents(pyarrow.parquet.read_table(path)["content"].to_pylist()) == CONTENTS
        assert contents(pandas.read_parquet(path)["content"]) == CONTENTS
        assert contents(polars.read_parquet(path + "/*.parquet")["content"]) == CONTENTS
        rows = duckdb.sql(f"SELECT content FROM read_parquet('{path}/*.parquet')").fetchall()
        assert contents(content for (content,) in rows) == CONTENTS


def test_a_view_is_made_of_the_parts_of_its_table(store):
    folder = pathlib.Path(view(store, "students"))
    assert folder.is_symlink() and os.readlink(folder).startswith("_roost/views/students/")
    version = int(os.readlink(folder).rsplit("/", 1)[1])
    students = DeltaTable(store / "delta/students", version=version)
    live = {os.path.basename(uri): uri for uri in students.file_uris()}
    assert {path.name for path in folder.iterdir()} == set(live)
    for path in folder.iterdir():
        assert path.stat().st_ino == (store / "delta/students" / path.name).stat().st_ino


def test_foreign_rows_stay_through_our_next_commits(binary, own_store):
    table = own_store / "delta/marks"
    rows = pyarrow.table({"_roost_id": pyarrow.array([None], pyarrow.int64()), "content": ["theirs"]})
    write_deltalake(
        table,
        rows,
        mode="append",
        commit_properties=CommitProperties(app_transactions=[Transaction("other", 7)]),
    )
    write(binary.parent / "roost_tests", own_store)  # opens the store again: refreshes views, compacts
    read = DeltaTable(table)
    assert contents(read.to_pyarrow_table()["content"].to_pylist()) == sorted([*CONTENTS, "theirs"])
    assert read.transaction_version("other") == 7
    assert contents(pandas.read_parquet(view(own_store, "marks"))["content"]) == sorted(
        [*CONTENTS, "theirs"]
    )
