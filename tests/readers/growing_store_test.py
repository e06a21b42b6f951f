"""Every reader sees the same rows and types of a store that grows, and after a crash."""

import json
import pathlib
import subprocess
import sys
import time

import pytest

FOLDER = pathlib.Path(__file__).resolve().parent
DEPS = FOLDER.parents[1] / ".deps"
SPARK_JARS_SECONDS = 600  # the first start fetches them

# Readers, the Python that has them, and whether they read views or Delta tables. The first group
# is always there.
USUAL = {"pyarrow": "view", "pandas": "view", "polars": "view", "duckdb": "view", "deltalake": "delta",
         "polars_delta": "delta"}
FURTHER = {"duckdb_delta": "delta", "daft": "delta", "daft_parquet": "view"}

# What readers call the type of a column: one begins so, in small letters. pandas has no nulls in
# its integers, and calls much an object.
TYPES = {
    "int64": ("int64", "bigint", "float64"),
    "double": ("double", "float64"),
    "bool": ("bool", "object"),
    "text": ("string", "large_string", "varchar", "str", "object"),
    "date": ("date", "object"),
    "timestamp_utc": ("timestamp", "datetime"),
    "decimal38": ("decimal", "object"),
    "list_int64": ("list", "bigint[]", "array<bigint>", "object"),
}


def first(n):
    return {
        "n": n,
        "x": n,
        "flag": n % 2 == 0,
        "name": f"é {n}",
        "day": f"2026-01-{n % 28 + 1:02d}",
        "at": f"2026-01-02T03:04:{n % 60:02d}.250Z",
        "long": 10**30 + n,
        "ints": list(range(n % 3)),
        "kids": [{"k": n, "of": f"r{n}"} for _ in range(n % 3)],
    }


def steps(world):
    """What is done to the store, one step after the other, and what the documents are then."""
    documents = {}

    def put(n, document):
        documents[n] = document
        (world / "in" / f"r_{n:04d}.json").write_text(json.dumps(document))

    (world / "in").mkdir()
    for n in range(30):
        put(n, first(n))
    yield "new", documents
    for n in range(30, 50):
        put(n, first(n))
    yield "appended", documents
    for n in range(50, 60):
        put(n, {**first(n), "late": n * 10, "kids": [{"k": n, "of": "x", "more": n}]})
    yield "new columns", documents
    for n in range(60, 70):
        put(n, {**first(n), "x": n + 0.5, "day": "soon", "kids": [{"k": n + 0.25, "of": "x"}]})
    yield "wider", documents
    for n in (1, 2, 35, 61):
        put(n, {**first(n), "name": "replaced", "kids": [{"k": -n, "of": "replaced"}]})
    yield "replaced", documents


def truth(documents):
    """Table -> column -> its values, as rows without ids; all documents have the same columns."""
    root = [{k: v for k, v in d.items() if k != "kids"} for d in documents.values()]
    kids = [kid for d in documents.values() for kid in d["kids"]]
    return {"r": root, "kids": kids}


def bag(rows, names):
    def same(value):
        if isinstance(value, float) and value.is_integer():
            return int(value)
        if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 2**63:
            return str(value)
        return value

    return sorted(json.dumps({name: same(row.get(name)) for name in names}, sort_keys=True) for row in rows)


def as_readers_say(rows, types):
    """Times as read.py prints them."""
    made = []
    for row in rows:
        row = dict(row)
        if types["at"].startswith("timestamp"):
            row["at"] = row["at"].removesuffix("Z").removesuffix("0")
            row["at"] = row["at"] + "0" * (26 - len(row["at"]))
        made.append(row)
    return made


def read(python, reader, paths, timeout=120):
    run = subprocess.run([python, FOLDER / "read.py", reader, *map(str, paths)], capture_output=True, text=True,
                         timeout=timeout)
    assert run.returncode == 0, f"{reader}: {run.stderr[-3000:]}"
    return json.loads(run.stdout.splitlines()[-1])


def ingest(binary, world, **options):
    command = [binary, "ingest", "in", "--output-dir", "out", "--no-relate", "--quiet"]
    return subprocess.run(command, cwd=world, check=True, timeout=120, **options)


def check(roost, world, documents, readers, python, timeout=120):
    schema = {t["name"]: {c["name"]: c["type"] for c in t["columns"] if not c["technical"]}
              for t in json.loads(roost("schema", world / "out", "--json").stdout)}
    wanted = truth(documents)
    for reader, entry in readers.items():
        paths = {t: world / "out" / (f"{t}.parquet" if entry == "view" else f"delta/{t}") for t in wanted}
        found = read(python, reader, paths.values(), timeout)
        for table, rows in wanted.items():
            got, types = found[str(paths[table])], schema[table]
            assert {n for n in got["types"] if not n.startswith("_roost")} == set(types), reader
            for name, kind in types.items():
                word = got["types"][name]
                assert word.lower().startswith(TYPES[kind]), f"{reader} says {word} of {table}.{name}, which is {kind}"
            expected = as_readers_say(rows, types) if table == "r" else rows
            assert bag(got["rows"], types) == bag(expected, types), f"{reader}: {table}"
            ids = [row["_roost_id"] for row in got["rows"]]
            assert len(set(ids)) == len(rows)
        parents = {row["_roost_id"] for row in found[str(paths["r"])]["rows"]}
        assert {row["_roost_parent"] for row in found[str(paths["kids"])]["rows"]} <= parents


def grow_and_check(binary, roost, world, readers, python, timeout=120):
    for step, documents in steps(world):
        ingest(binary, world)
        check(roost, world, documents, readers, python, timeout)
    # Killed at several places of a run that replaces and adds, then looked at before anybody mends it.
    for n in range(100, 400):
        documents[n] = first(n)
        (world / "in" / f"r_{n:04d}.json").write_text(json.dumps(first(n)))
    before = {n: d for n, d in documents.items() if n < 100}
    for seconds in (0.02, 0.04, 0.06):
        process = subprocess.Popen([binary, "ingest", "in", "--output-dir", "out", "--no-relate", "--quiet"], cwd=world)
        time.sleep(seconds)
        process.kill()
        process.wait()
        count = json.loads(roost("query", world / "out", "SELECT count(*) AS n FROM r", "--format", "json").stdout)
        check(roost, world, before if count[0]["n"] == len(before) else documents,
              {name: entry for name, entry in readers.items() if entry == "delta"}, python, timeout)
    ingest(binary, world)
    check(roost, world, documents, readers, python, timeout)
    if "compact" in subprocess.run([binary, "--help"], capture_output=True, text=True).stdout:
        roost("compact", world / "out")
        check(roost, world, documents, readers, python, timeout)


def test_the_usual_readers_agree_when_a_store_has_grown(binary, roost, tmp_path):
    for _, documents in steps(tmp_path):
        ingest(binary, tmp_path)
    check(roost, tmp_path, documents, {"duckdb": "view", "deltalake": "delta"}, sys.executable)


@pytest.mark.slow
def test_the_usual_readers_agree_after_each_step(binary, roost, tmp_path):
    grow_and_check(binary, roost, tmp_path, USUAL, sys.executable)


@pytest.mark.slow
def test_further_readers_agree_after_each_step(binary, roost, tmp_path):
    python = DEPS / "readers/bin/python"
    if not python.exists():
        pytest.skip("no .deps/readers; ./dev readers installs DuckDB's extension for Delta, Daft and Spark")
    grow_and_check(binary, roost, tmp_path, FURTHER, python)


@pytest.mark.slow
def test_spark_agrees_after_each_step(binary, roost, tmp_path):
    python = DEPS / "spark/bin/python"
    if not python.exists():
        pytest.skip("no .deps/spark; ./dev readers installs it where there is a Java")
    for _, documents in steps(tmp_path):
        ingest(binary, tmp_path)
        check(roost, tmp_path, documents, {"spark": "delta"}, python, SPARK_JARS_SECONDS)
