"""pyarrow, DuckDB and Polars read the tables as they were meant: the same values, the same sums."""

import datetime
import json
import subprocess
from decimal import Decimal

import duckdb
import polars
import pyarrow.parquet as pq
import pytest

COUNT = 5000
UTC = datetime.timezone.utc
BEGIN = datetime.datetime(1969, 12, 31, 12, 0, 0)


def value_of(kind, i):
    """What the JSON text of record i says at key `kind`, or None."""
    if i % 7 == 3:
        return None
    time = BEGIN + datetime.timedelta(seconds=i * 7919, microseconds=i * 13)
    return {
        "int": i * 2654435761 - 2**40,
        "whole": (-1) ** i * (10**37 + i * 10**18 + i),  # 38 digits
        "double": i / 8 - 100,
        "bool": i % 3 == 0,
        "text": f"täxt {i * i}\n",
        "date": time.date(),
        "utc": time.replace(tzinfo=UTC),
        "local": time,
        "ints": [i, None, -i][: i % 4],
        "texts": ["ä", f"{i}"][: i % 3],
    }[kind]


KINDS = ["int", "whole", "double", "bool", "text", "date", "utc", "local", "ints", "texts"]


def json_of(value):
    if isinstance(value, datetime.datetime):
        return json.dumps(value.strftime("%Y-%m-%dT%H:%M:%S.%f") + ("Z" if value.tzinfo else ""))
    return json.dumps(value.isoformat() if isinstance(value, datetime.date) else value)


@pytest.fixture(scope="module")
def store(binary, tmp_path_factory):
    folder = tmp_path_factory.mktemp("readers")
    with open(folder / "t.json", "w") as file:
        for i in range(COUNT):
            members = ",".join(f'"{kind}":{json_of(value_of(kind, i))}' for kind in KINDS)
            file.write(f'{{"i":{i},{members},"rows":[{{"w":{10**20 + i}}}]}}\n')
    options = ["--row-group-rows", "700", "--quiet"]
    command = [binary, "ingest", folder / "t.json", "--output-dir", folder / "out", *options]
    subprocess.run(command, check=True, timeout=120)
    return folder / "out"


def read_with_pyarrow(folder):
    table = pq.read_table(folder).sort_by("_roost_id")
    return {name: table[name].to_pylist() for name in table.column_names}


def read_with_duckdb(folder):
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        query = f"SELECT * FROM read_parquet('{folder}/*.parquet') ORDER BY _roost_id"
        table = connection.sql(query).to_arrow_table()
        return {name: table[name].to_pylist() for name in table.column_names}


def read_with_polars(folder):
    return polars.read_parquet(f"{folder}/*.parquet").sort("_roost_id").to_dict(as_series=False)


READERS = [read_with_pyarrow, read_with_duckdb, read_with_polars]


@pytest.mark.parametrize("read", READERS)
def test_every_value_is_read_as_it_was_meant(store, read):
    columns = read(store / "t.parquet")
    assert columns["i"] == list(range(COUNT))
    for kind in KINDS:
        expected = [value_of(kind, i) for i in range(COUNT)]
        found = columns[kind]
        if kind == "utc":
            found = [value and value.astimezone(UTC) for value in found]
        assert found == expected, kind
    assert all(value is None or isinstance(value, Decimal) for value in columns["whole"])


@pytest.mark.parametrize("read", READERS)
def test_child_rows_and_sums_are_the_same(store, read):
    rows = read(store / "rows.parquet")
    assert sum(map(int, rows["w"])) == sum(10**20 + i for i in range(COUNT))
    assert rows["_roost_parent"] == read(store / "t.parquet")["_roost_id"]


def test_sums_that_the_readers_make_are_the_same(store):
    path = f"{store}/t.parquet/*.parquet"
    expected = sum(value_of("int", i) or 0 for i in range(COUNT))
    whole = sum(value_of("whole", i) or 0 for i in range(COUNT) if i % 2)
    with duckdb.connect() as connection:
        query = f"""SELECT sum("int"), sum(i) FROM read_parquet('{path}')"""
        assert connection.execute(query).fetchone() == (expected, COUNT * (COUNT - 1) // 2)
    assert polars.scan_parquet(path).select(polars.col("int").sum()).collect().item() == expected
    odd = polars.scan_parquet(path).filter(polars.col("i") % 2 == 1)
    assert sum(map(int, odd.collect()["whole"].drop_nulls())) == whole


def test_statistics_let_the_readers_skip(store):
    """A value that is there is found, and none that is not, by every column's statistics."""
    path = f"{store}/t.parquet/*.parquet"
    with duckdb.connect() as connection:
        for i in [0, 699, 700, 4999]:
            for kind in ["int", "double", "text"]:
                value = value_of(kind, i)
                if value is None:
                    continue
                query = f'SELECT count(*) FROM read_parquet(?) WHERE "{kind}" = ?'
                assert connection.execute(query, [path, value]).fetchone() == (1,), (kind, i)
                found = polars.scan_parquet(path).filter(polars.col(kind) == value).collect()
                assert found["i"].to_list() == [i], (kind, i)
