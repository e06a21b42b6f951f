"""roost compact: other readers find the same rows before and after, and beside it; and what it says."""

import json
import os
import pathlib
import tempfile
import threading

import deltalake
import duckdb
import pyarrow as pa
import pytest


def ingest(roost, source, out, *arguments):
    roost("ingest", source, "--output-dir", out, "--no-relate", "--quiet", *arguments)


@pytest.fixture
def folder():
    """In memory where the system has such: a store syncs much, and a busy disk is slow at it."""
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="roost-compact-", dir=memory) as path:
        yield pathlib.Path(path)


@pytest.fixture
def store(roost, folder):
    """Eight commits; a column comes late, one needs a sibling, some files were replaced."""
    source, out = folder / "in", folder / "out"
    source.mkdir()
    for batch in range(8):
        for n in range(5):
            document = {"n": 10 * batch + n, "d": "2020-01-01", "s": [{"x": x} for x in range(n)]}
            document |= {"late": True} if batch > 3 else {}
            document |= {"d": "no date"} if batch == 5 else {}
            (source / f"t_{batch}{n}.json").write_text(json.dumps(document))
        (source / "t_00.json").write_text(json.dumps({"n": 1000 + batch, "s": []}))
        ingest(roost, source, out, "--rewrite-limit", "0")
    return out


def by_view(out, table, columns):
    sql = f"SELECT {columns} FROM read_parquet('{out}/{table}.parquet/*.parquet', union_by_name=true) ORDER BY ALL"
    return duckdb.sql(sql).fetchall()


def by_delta(out, table, columns):
    rows = deltalake.DeltaTable(str(out / "delta" / table)).to_pyarrow_table()
    return duckdb.sql(f"SELECT {columns} FROM rows ORDER BY ALL").fetchall()


def compact(roost, out, *arguments):
    return json.loads(roost("compact", out, "--json", *arguments).stdout)


@pytest.mark.parametrize("read", [by_view, by_delta])
def test_readers_find_the_same_rows_in_one_sorted_part(roost, store, read):
    asked = [("t", "_roost_id, n, late"), ("s", "_roost_id, _roost_parent, _roost_idx, x")]
    before = [read(store, *each) for each in asked]
    said = {table["name"]: table for table in compact(roost, store)["tables"]}
    assert [read(store, *each) for each in asked] == before
    assert said["t"]["folded"] == ["d__text"]
    assert {said[table]["new_parts"] for table in "ts"} == {1}
    ids = duckdb.sql(f"SELECT _roost_id FROM read_parquet('{store}/s.parquet/*.parquet')").fetchall()
    assert ids == sorted(ids) and len(ids) > 50
    assert {row[0] for row in read(store, "t", "d")} == {"2020-01-01", "no date", None}
    roost("verify", store)
    assert compact(roost, store)["tables"] == []


def test_rows_that_are_only_rearranged_are_no_change_of_data(roost, store):
    compact(roost, store)
    for table, changes in {"s": False, "t": True}.items():
        log = sorted((store / "delta" / table / "_delta_log").glob("0*.json"))[-1]
        actions = [json.loads(line) for line in log.read_text().splitlines()]
        said = {each[kind]["dataChange"] for each in actions for kind in each.keys() & {"add", "remove"}}
        assert said == {changes}, table


def test_foreign_rows_come_while_it_compacts_and_stay(roost, store):
    table = deltalake.DeltaTable(str(store / "delta" / "s"))
    foreign = pa.table({"x": pa.array([7], pa.int64())})

    def append():
        for _ in range(10):
            deltalake.write_deltalake(str(store / "delta" / "s"), foreign, mode="append", schema_mode="merge")

    try:
        deltalake.write_deltalake(str(store / "delta" / "s"), foreign, mode="append", schema_mode="merge")
    except Exception as error:  # noqa: BLE001
        pytest.skip(f"this delta-rs cannot append: {error}")
    rows = len(by_delta(store, "s", "x"))
    writer = threading.Thread(target=append)
    writer.start()
    for _ in range(3):
        compact(roost, store)
    writer.join()
    compact(roost, store)
    assert len(by_delta(store, "s", "x")) == rows + 10
    assert table.version() >= 0


def test_a_dry_run_and_mistakes_write_nothing(roost, store, tmp_path):
    before = sorted(store.rglob("*"))
    assert {table["name"] for table in compact(roost, store, "--dry-run")["tables"]} == {"s", "t"}
    assert "there is no table u" in roost("compact", store, "--tables", "u", exit_code=2).stderr
    assert "no store" in roost("compact", tmp_path, exit_code=3).stderr
    assert "no store" in roost("compact", tmp_path / "missing", exit_code=3).stderr
    assert [path for path in sorted(store.rglob("*")) if path not in before] == []


def test_readers_see_one_commit_while_a_table_is_compacted_and_fed(roost, folder):
    source, out = folder / "in", folder / "out"
    source.mkdir()

    def feed(commit):
        for n in range(3):
            (source / f"t_{commit}_{n}.json").write_text(json.dumps({"commit": commit}))
        ingest(roost, source, out)

    feed(0)
    wrong, stop = [], threading.Event()

    def look():
        while not stop.is_set():
            try:
                with duckdb.connect() as connection:
                    sql = f"SELECT \"commit\", count(*) FROM read_parquet('{out}/t.parquet/*.parquet') GROUP BY 1"
                    counts = dict(connection.sql(sql).fetchall())
            except duckdb.Error:
                continue  # a part was gone between listing and opening
            if counts != {commit: 3 for commit in range(len(counts))}:
                wrong.append(counts)

    readers = [threading.Thread(target=look) for _ in range(2)]
    for reader in readers:
        reader.start()
    for commit in range(1, 9):
        feed(commit)
        compact(roost, out)
    stop.set()
    for reader in readers:
        reader.join()
    assert wrong == []
