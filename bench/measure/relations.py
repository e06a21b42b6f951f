"""What bench/relate.py measures beside the databases: worlds, real documents, and times."""

import json
import random
import shutil
import statistics
import subprocess
import tarfile
import time

import pyarrow as pa
import pyarrow.parquet as pq

ROUNDS = 3


def run(*command):
    subprocess.run([str(part) for part in command], check=True, capture_output=True)


def seconds_of(*command):
    """The middle of three."""
    taken = []
    for _ in range(ROUNDS):
        start = time.monotonic()
        run(*command)
        taken.append(time.monotonic() - start)
    return statistics.median(taken)


def references(store):
    """[table, columns, table referred to, its columns] -> tier; without nesting."""
    found = json.loads((store / "table_relationships.json").read_text())
    return {
        (r["table"], tuple(r["columns"]), r["ref_table"], tuple(r["ref_columns"])): r["tier"]
        for r in found["relations"]
        if r["kind"] != "nesting"
    }


def compare(found, truth):
    truth = {(table, tuple(columns), to, tuple(keys)) for table, columns, to, keys in truth}
    right = len(truth & set(found))
    wrong = sum(tier == "certain" for key, tier in found.items() if key not in truth)
    return f"{right} of {len(truth)}, {wrong} false in tier certain"


def world(roost, source, work, name):
    truth = json.loads((source / "tests/relate/world_references.json").read_text())[name]
    for folder in ("in", "out"):
        shutil.rmtree(work / name / folder, ignore_errors=True)
    here = work / name
    here.mkdir(exist_ok=True)
    run(roost, "generate", "--world", name, "--num-iterations", 200, "--output-dir", here / "in")
    run(roost, "ingest", here / "in", "--output-dir", here / "out")
    return compare(references(here / "out"), truth)


def documents(roost, archive, work, name):
    """Their references are their nesting; nothing else in them refers to anything."""
    if not (work / "json" / name).exists():
        with tarfile.open(archive) as tar:
            tar.extractall(work, filter="data")
    out = work / (name + "-out")
    shutil.rmtree(out, ignore_errors=True)
    run(roost, "ingest", work / "json" / name, "--output-dir", out)
    return compare(references(out), [])


def tpch(roost, generator, work):
    """Seconds: plain Parquet files; after an ingest of the same as NDJSON; once more."""
    plain, lines, out = work / "tpch", work / "tpch-lines", work / "tpch-out"
    if not plain.exists():
        run(generator, "parquet", "-s", 1, "--output-dir", plain)
    if not lines.exists():
        lines.mkdir()
        for file in sorted(plain.glob("*.parquet")):
            write_lines(file, lines / (file.stem + ".ndjson"))
    times = [seconds_of(roost, "relate", plain, "--no-files")]
    shutil.rmtree(out, ignore_errors=True)
    # With so little memory that ingest leaves the search itself to us, but not its sketches.
    run(roost, "ingest", lines, "--output-dir", out, "--memory", "200M")
    assert not (out / "table_relationships.json").exists()
    times.append(seconds_of(roost, "relate", out, "--no-files"))
    run(roost, "relate", out)
    times.append(seconds_of(roost, "relate", out, "--no-files"))
    return times


def write_lines(parquet, ndjson):
    import duckdb

    duckdb.sql(f"COPY (FROM '{parquet}') TO '{ndjson}' (FORMAT json)")


def many_tables(roost, work, tables=115, rows=400):
    """Tables of nine columns; each refers to three earlier ones."""
    folder = work / "many"
    if not folder.exists():
        making = work / "many.making"
        making.mkdir(parents=True, exist_ok=True)
        rng = random.Random(115)
        for number in range(tables):
            name = f"thing{number}"
            columns = {f"{name}_id": [number * 10_000 + i for i in range(rows)]}
            for other in sorted({rng.randrange(number) for _ in range(3)} if number else []):
                columns[f"thing{other}_id"] = [
                    other * 10_000 + rng.randrange(rows) for _ in range(rows)
                ]
            columns["name"] = [f"{name} {i * 7919 % rows}" for i in range(rows)]
            columns["state"] = [rng.choice(["new", "open", "done"]) for _ in range(rows)]
            for measure in ("amount", "weight", "size", "rank", "level")[: 9 - len(columns)]:
                columns[measure] = [rng.randrange(1000) / 4 for _ in range(rows)]
            pq.write_table(pa.table(columns), making / (name + ".parquet"))
        making.rename(folder)
    return seconds_of(roost, "relate", folder, "--no-files")
