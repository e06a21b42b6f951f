"""Batches that bring new and wider columns: what the tables are then, as other readers see them."""

import itertools
import json
import os
import pathlib
import random
import tempfile

import duckdb
import pytest
from append_test import CASES
from deltalake import DeltaTable

# Of 2,100 and 2,300 paths that are equally frequent, those that come first by their names.
WIDE_KEPT = sorted(range(2100), key=str)[:2000]
LATER_KEPT = sorted(range(2300), key=str)[:1900]
LONG = 2**60 + 1  # no double
HUGE = 10**30  # no int64

NUMBERS = [[1, 2, -7], [2.5, 1e300, -0.0], [LONG, 3], [HUGE, 4], [2**53, 0]]
TEXTS = [
    ["2020-01-02", "1969-12-31"],
    ["2020-01-02T03:04:05", "2020-01-02T03:04:06.500"],
    ["2020-01-02T03:04:05.000", "2020-01-02T03:04:06.250"],
    ["2020-01-02T03:04:05Z"],
    ["2020-01-02T03:04:05.123456Z"],
    ["2020-01-02 03:04:05+00:00"],
    ["x", "", "é" * 40],
]
LISTS = [[[1, 2], [None, 3]], [[1.5], [-0.0, 2]], [[LONG], [4]], [[None], [None, None]]]
TEXT_LISTS = [[["a", None], ["a" * 40]], [["b"]], [[None]]]
FAMILIES = [NUMBERS, TEXTS, LISTS, TEXT_LISTS, [[True], [False, None]], [[None]]]


@pytest.fixture
def tmp_path():
    """In memory where the system has such: a store syncs much, and a busy disk is slow at it."""
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="roost-evolution-", dir=memory) as path:
        yield pathlib.Path(path)


def write(folder, documents, start=0):
    folder.mkdir(parents=True, exist_ok=True)
    for i, document in enumerate(documents, start):
        (folder / f"t_{i:04d}.json").write_text(json.dumps(document))


def ingest(roost, source, out, *more):
    run = roost("ingest", source, "--output-dir", out, "--no-relate", "--json", *more)
    return json.loads(run.stdout)


def tables_of(out):
    return sorted(link.name.removesuffix(".parquet") for link in out.glob("*.parquet"))


def read(relation):
    source = duckdb.from_arrow(relation) if not isinstance(relation, str) else None
    relation = relation if source is None else "source"
    shape = duckdb.sql(f"SELECT * FROM {relation}")
    types = dict(zip(shape.columns, map(str, shape.types)))
    return types, duckdb.sql(f"SELECT COLUMNS(*)::VARCHAR FROM {relation}").fetchall()


def by_view(out, table):
    """Column -> type, and all rows, as DuckDB reads the parts without being told anything."""
    return read(f"read_parquet('{out}/{table}.parquet/*.parquet')")


def by_view_by_name(out, table):
    return read(f"read_parquet('{out}/{table}.parquet/*.parquet', union_by_name = true)")


def by_delta(out, table):
    return read(DeltaTable(str(out / "delta" / table)).to_pyarrow_table())


def bag(columns, rows, order):
    """Rows without ids, in no order; NaN-proof and with the sign of zeros."""
    places = [list(columns).index(name) for name in order]
    return sorted(repr([row[i] for i in places]) for row in rows)


def content(read, out):
    tables = {}
    for table in tables_of(out):
        columns, rows = read(out, table)
        names = sorted(name for name in columns if name not in ("_roost_id", "_roost_parent"))
        types = {name: columns[name].replace("TIMESTAMP_NS", "TIMESTAMP") for name in names}
        tables[table] = types, bag(columns, rows, names)
    return tables


def check_back(roost, out, source, back):
    roost("export", out, "--output-dir", back)
    told = {file.name: json.loads(file.read_text()) for file in source.rglob("*.json")}
    assert {file.name: json.loads(file.read_text()) for file in back.rglob("*.json")} == told


def check_law(roost, tmp_path, batches):
    """In batches, and in one: the same tables, but for ids."""
    source = tmp_path / "in"
    start = 0
    for batch in batches:
        write(source, batch, start)
        start += len(batch)
        ingest(roost, source, tmp_path / "grown")
    ingest(roost, source, tmp_path / "whole")
    grown, whole = (content(by_view, tmp_path / name) for name in ("grown", "whole"))
    assert grown == whole
    for table in tables_of(tmp_path / "grown"):
        columns, rows = by_view(tmp_path / "grown", table)
        delta_columns, delta_rows = by_delta(tmp_path / "grown", table)
        assert list(delta_columns) == list(columns)
        assert bag(delta_columns, delta_rows, columns) == bag(columns, rows, columns)
    check_back(roost, tmp_path / "grown", source, tmp_path / "back")


def columns_of_pairs():
    """A column for each pair of kinds that one column can come to hold, one kind in each batch."""
    batches = [{}, {}]
    for family in FAMILIES:
        for pair in itertools.permutations([*family, [None]], 2):
            name = f"c{len(batches[0])}"
            for batch, values in zip(batches, pair):
                batch[name] = values
    return batches


def test_whatever_comes_second_the_tables_are_as_if_all_had_come_first(roost, tmp_path):
    batches = columns_of_pairs()
    documents = [
        [{name: values[i % len(values)] for name, values in batch.items()} for i in range(2)]
        for batch in batches
    ]
    check_law(roost, tmp_path, documents)


EDGES = {
    # batches; then column -> type of what is other, within the limit and beyond it
    "int64 to decimal": ([[1], [HUGE]], {"a": "DECIMAL(38,0)"}, {"a": "BIGINT", "a__int": "DECIMAL(38,0)"}),
    "int64 to double": ([[1], [2.5]], {"a": "DOUBLE"}, {"a": "BIGINT", "a__double": "DOUBLE"}),
    "int64 to double, and what no double holds": (
        [[1, LONG], [2.5]],
        {"a": "DOUBLE", "a__int": "BIGINT"},
        {"a": "BIGINT", "a__double": "DOUBLE"},
    ),
    "decimal to double": (
        [[1, HUGE], [2.5]],
        {"a": "DOUBLE", "a__int": "DECIMAL(38,0)"},
        {"a": "DECIMAL(38,0)", "a__double": "DOUBLE"},
    ),
    "double, and what no double holds": (
        [[1.5], [LONG]],
        {"a": "DOUBLE", "a__int": "BIGINT"},
        {"a": "DOUBLE", "a__int": "BIGINT"},
    ),
    "date to text": ([["2020-01-02"], ["x"]], {"a": "VARCHAR"}, {"a": "DATE", "a__text": "VARCHAR"}),
    "date to timestamp": (
        [["2020-01-02"], ["2020-01-02T00:00:00"]],
        {"a": "VARCHAR"},
        {"a": "DATE", "a__text": "VARCHAR"},
    ),
    "a timestamp's fraction left out": (
        [["2020-01-02T00:00:00.500Z"], ["2020-01-02T00:00:00Z"]],
        {"a": "TIMESTAMP WITH TIME ZONE"},
        {"a": "TIMESTAMP WITH TIME ZONE", "a__text": "VARCHAR"},
    ),
    "a timestamp's fraction left out, and written where zero": (
        [["2020-01-02T00:00:00.000", "2020-01-02T00:00:00.500"], ["2020-01-02T00:00:00"]],
        {"a": "VARCHAR"},
        {"a": "TIMESTAMP", "a__text": "VARCHAR"},
    ),
    "null to int64": ([[None], [1]], {"a": "BIGINT"}, {"a": "VARCHAR", "a__int": "BIGINT"}),
    "null to date": ([[None], ["2020-01-02"]], {"a": "DATE"}, {"a": "VARCHAR"}),
    "null to list": ([[None], [[1]]], {"a": "BIGINT[]"}, {"a": "VARCHAR", "a__list": "BIGINT[]"}),
    "another kind": (
        [["x"], [1, True, [1]]],
        {"a": "VARCHAR", "a__int": "BIGINT", "a__bool": "BOOLEAN", "a__list": "BIGINT[]"},
        {"a": "VARCHAR", "a__int": "BIGINT", "a__bool": "BOOLEAN", "a__list": "BIGINT[]"},
    ),
    "a sibling becomes wider": (
        [["x", "y", 1], [2.5]],
        {"a": "VARCHAR", "a__double": "DOUBLE"},
        {"a": "VARCHAR", "a__int": "BIGINT", "a__double": "DOUBLE"},
    ),
    "lists of int64 to double": (
        [[[1], [2, None]], [[2.5]]],
        {"a": "DOUBLE[]"},
        {"a": "BIGINT[]", "a__json": "JSON"},
    ),
    "lists of int64 to double, and what no double holds": (
        [[[1], [LONG]], [[2.5]]],
        {"a": "DOUBLE[]", "a__json": "JSON"},
        {"a": "BIGINT[]", "a__json": "JSON"},
    ),
    "lists of nulls to lists of int64": (
        [[[None]], [[1]]],
        {"a": "BIGINT[]"},
        {"a": "VARCHAR[]", "a__json": "JSON"},
    ),
    "lists of another kind": (
        [[[1]], [["x"]]],
        {"a": "BIGINT[]", "a__json": "JSON"},
        {"a": "BIGINT[]", "a__json": "JSON"},
    ),
    "an object beside a scalar": (
        [[1], [{"x": 2}]],
        {"a": "BIGINT", "a_x": "BIGINT"},
        {"a": "BIGINT", "a_x": "BIGINT"},
    ),
    "rows where an empty list was": ([[[1], []], [[{"x": 2}]]], {"a": "BIGINT[]"}, {"a": "BIGINT[]"}),
}


def documents_of_edges(batch):
    """Each edge a key, of the same documents."""
    keys = {f"e{i}": batches[batch] for i, (batches, _, _) in enumerate(EDGES.values())}
    longest = max(map(len, keys.values()))
    return [{key: values[i] for key, values in keys.items() if i < len(values)} for i in range(longest)]


def columns_of_edges(limit):
    columns = {}
    for i, (_, within, beyond) in enumerate(EDGES.values()):
        for name, type_ in (beyond if limit == "0MB" else within).items():
            columns[name.replace("a", f"e{i}", 1)] = type_.replace("JSON", "VARCHAR")
    return columns


@pytest.mark.parametrize("limit", ["256MB", "0MB"])
def test_each_edge_of_the_lattice(roost, tmp_path, limit):
    first, second = documents_of_edges(0), documents_of_edges(1)
    write(tmp_path / "in", first)
    ingest(roost, tmp_path / "in", tmp_path / "out", "--rewrite-limit", limit)
    write(tmp_path / "in", second, len(first))
    told = ingest(roost, tmp_path / "in", tmp_path / "out", "--rewrite-limit", limit)
    for look in (by_delta, by_view_by_name):
        columns, rows = look(tmp_path / "out", "t")
        mine = {name: type_.replace("JSON", "VARCHAR") for name, type_ in columns.items()}
        wanted = columns_of_edges(limit)
        assert {name: type_ for name, type_ in mine.items() if name[0] == "e"} == wanted
        assert len(rows) == len(first) + len(second)
    assert len([note for note in told["notes"] if "written anew" in note]) == (limit != "0MB")
    check_back(roost, tmp_path / "out", tmp_path / "in", tmp_path / "back")


STRUCTURES = {
    # table -> rows, and the columns that are not ours, whatever the limit
    "a map stays one": {"t": (61, []), "m": (542, ["key", "value"])},
    "an object never becomes a map": {"t": (61, ["m_x", *(f"m_k{i}_{j}" for i in range(60) for j in range(9))])},
    "a table that has overflowed": {
        "t": (2, [f"c{i}" for i in WIDE_KEPT]),
        "t_overflow": (400, ["key", "value"]),
    },
    "a table that overflows later": {
        "t": (2, [*(f"c{i}" for i in range(100)), *(f"d{i}" for i in LATER_KEPT)]),
        "t_overflow": (400, ["key", "value"]),
    },
    "tables below tables": {
        "t": (3, ["t_u"]),
        "s": (2, ["x"]),
        "s_y": (1, ["q"]),
    },
    "a column that comes back": {"t": (3, ["a", "b"])},
}


@pytest.mark.parametrize("limit", ["256MB", "0MB"])
@pytest.mark.parametrize("name", STRUCTURES)
def test_tables_that_grow(roost, tmp_path, name, limit):
    start = 0
    for batch in CASES[name]:
        write(tmp_path / "in", batch, start)
        start += len(batch)
        ingest(roost, tmp_path / "in", tmp_path / "out", "--rewrite-limit", limit)
    found = {}
    for table in tables_of(tmp_path / "out"):
        columns, rows = by_view_by_name(tmp_path / "out", table)
        delta_columns, delta_rows = by_delta(tmp_path / "out", table)
        assert bag(delta_columns, delta_rows, sorted(columns)) == bag(columns, rows, sorted(columns))
        found[table] = len(rows), sorted(name for name in columns if not name.startswith("_roost"))
    assert found == {table: (rows, sorted(names)) for table, (rows, names) in STRUCTURES[name].items()}


def test_what_is_written_anew_again_and_again_does_not_fill_the_disk(roost, tmp_path):
    batches = 0
    is_anew = True
    while batches == 0 or is_anew:
        write(tmp_path / "in", [{f"c{batches}": batches}], batches)
        told = ingest(roost, tmp_path / "in", tmp_path / "out", "--rewrite-limit", "50kB")
        is_anew = batches == 0 or any("written anew" in note for note in told["notes"])
        batches += 1
        assert batches < 60
    live = (tmp_path / "out/t.parquet").glob("*.parquet")
    assert sum(part.stat().st_size for part in live) < 50_000, "small enough, but for what was left behind"
    assert sum(part.stat().st_size for part in (tmp_path / "out/delta/t").glob("*.parquet")) > 200_000
    check_back(roost, tmp_path / "out", tmp_path / "in", tmp_path / "back")


def random_batches(random_):
    families = {key: random_.choice(FAMILIES) for key in "abcdef"}

    def record(depth=0):
        made = {}
        for key, family in families.items():
            if random_.random() < 0.6:
                made[key] = random_.choice(random_.choice(family))
        if depth < 2 and random_.random() < 0.7:
            made["o"] = record(depth + 1)
        if depth < 2 and random_.random() < 0.7:
            made["r"] = [record(depth + 1) for _ in range(random_.randint(1, 3))]
        return made

    return [[record() for _ in range(random_.randint(1, 5))] for _ in range(random_.randint(2, 5))]


@pytest.mark.parametrize("seed", [*range(4), *(pytest.param(i, marks=pytest.mark.slow) for i in range(4, 200))])
def test_any_cut_and_order_of_batches_makes_what_one_makes(roost, tmp_path, seed):
    check_law(roost, tmp_path, random_batches(random.Random(seed)))
