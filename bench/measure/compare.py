"""Do two outputs hold the same tables? Rows, sums of numbers, counts of everything else.

    python bench/measure/compare.py OURS THEIRS       prints {"compared": n, "differences": [...]}
    python bench/measure/compare.py --rows OUTPUT     prints {table: rows}

Only columns that both have are compared: where the two infer other names or kinds that is listed,
not judged.
"""

import json
import math
import pathlib
import sys

import duckdb
import pyarrow.parquet

NUMBERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "FLOAT", "DOUBLE")


def parquet_files(output):
    """Files of each table: <table>.parquet, file or folder; dlt's <table>.<id>.parquet; roost's delta/<table>/."""
    tables = {}
    for file in sorted(pathlib.Path(output).rglob("*.parquet")):
        relative = file.relative_to(output)
        if file.is_dir() or relative.parts[0].startswith("_"):
            continue
        folder = [part for part in relative.parts[:-1] if part.endswith(".parquet")]
        if relative.parts[0] == "delta":
            folder = [relative.parts[1]]
        table = (folder[0] if folder else file.name).split(".")[0]
        tables.setdefault(table, []).append(str(file))
    return tables


def rows(output):
    return {
        table: sum(pyarrow.parquet.read_metadata(file).num_rows for file in files)
        for table, files in parquet_files(output).items()
    }


def facts(files):
    relation = f"read_parquet({files})"
    columns = {
        name: kind
        for name, kind, *_ in duckdb.sql(f"DESCRIBE FROM {relation}").fetchall()
        if not name.startswith("_")
    }
    measures = ["count(*)"]
    for name, kind in columns.items():
        number = kind in NUMBERS or kind.startswith("DECIMAL")
        quoted = '"' + name.replace('"', '""') + '"'
        measures.append(f"fsum({quoted}::DOUBLE)" if number else f"count({quoted})")
    values = duckdb.sql(f"SELECT {', '.join(measures)} FROM {relation}").fetchall()[0]
    kinds = {
        name: "number" if measures[i + 1].startswith("f") else kind
        for i, (name, kind) in enumerate(columns.items())
    }
    return values[0], {name: (kinds[name], value) for name, value in zip(columns, values[1:])}


def same(a, b):
    return a == b or (a is not None and b is not None and math.isclose(a, b, rel_tol=1e-9))


def compare_table(table, ours, theirs):
    our_rows, our_columns = facts(ours)
    their_rows, their_columns = facts(theirs)
    differences = [] if our_rows == their_rows else [f"{table}: {our_rows} rows and {their_rows}"]
    notes, compared = [], 0
    for name in sorted(our_columns.keys() | their_columns.keys()):
        if name not in our_columns or name not in their_columns:
            notes.append(f"{table}.{name}: only {'ours' if name in our_columns else 'theirs'}")
            continue
        (our_kind, our_value), (their_kind, their_value) = our_columns[name], their_columns[name]
        if (our_kind == "number") != (their_kind == "number") or "[]" in our_kind + their_kind:
            notes.append(f"{table}.{name}: {our_kind} and {their_kind}")
            continue
        compared += 1
        if not same(our_value, their_value):
            differences.append(f"{table}.{name}: {our_value} and {their_value}")
    return compared, differences, notes


def compare(ours, theirs):
    ours, theirs = parquet_files(ours), parquet_files(theirs)
    result = {"tables": 0, "columns": 0, "differences": [], "notes": []}
    for table in sorted(ours.keys() | theirs.keys()):
        if table not in ours or table not in theirs:
            result["differences"].append(f"{table}: only {'ours' if table in ours else 'theirs'}")
            continue
        compared, differences, notes = compare_table(table, ours[table], theirs[table])
        result["tables"] += 1
        result["columns"] += compared
        result["differences"] += differences
        result["notes"] += notes
    return result


if __name__ == "__main__":
    print(json.dumps(rows(sys.argv[2]) if sys.argv[1] == "--rows" else compare(*sys.argv[1:])))
