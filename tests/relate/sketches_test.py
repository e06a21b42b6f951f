"""Sketches that lie beside a store's parts: never older than the parts, and never needed."""

import json
import shutil
import subprocess

import pyarrow.parquet as pq
import pytest

OUTPUTS = ("table_relationships.json", "schema_documentation.json", "DATA_STRUCTURE_README.md")


def write_documents(folder, name, first, count, **extra):
    folder.mkdir(exist_ok=True)
    lines = [
        json.dumps(
            {
                "order_id": 5000 + i,
                "customer": {"code": f"C-{i * 7919 % 999:05d}", "city": f"city {i % 40}"},
                "total": i % 977 / 4,
                "paid": i % 3 == 0,
                "tags": [f"tag {i % 5}", f"tag {i % 11}"],
            }
            | extra
        )
        for i in range(first, first + count)
    ]
    (folder / name).write_text("\n".join(lines))


def sketch_files(store):
    return sorted((store / "_roost/sketches").glob("*/*.sketches"))


def described(roost, store):
    roost("describe", store)
    return {name: (store / name).read_text() for name in OUTPUTS}


def exact(found):
    """Without what depends on the order in which values come: quantiles and frequent values."""
    relations = json.loads(found["table_relationships.json"])
    for relation in relations["relations"]:
        relation.pop("samples")
    schema = json.loads(found["schema_documentation.json"])
    for table in schema["tables"]:
        for column in table["columns"]:
            for name in ("p1", "p50", "p99", "top_values", "top_values_error"):
                column.pop(name)
    return relations, schema


@pytest.fixture(scope="module")
def template(binary, tmp_path_factory):
    """Two parts; together more rows than are kept in memory as they are."""
    top = tmp_path_factory.mktemp("orders")
    ingest = [binary, "ingest", top / "in", "--output-dir", top / "out"]
    write_documents(top / "in", "orders_1.ndjson", 0, 66_000)
    subprocess.run(ingest, check=True, capture_output=True)
    write_documents(top / "in", "orders_2.ndjson", 66_000, 500, note="late")
    subprocess.run(ingest, check=True, capture_output=True)
    return top


@pytest.fixture
def store(template, tmp_path):
    shutil.copytree(template, tmp_path, dirs_exist_ok=True, symlinks=True)
    return tmp_path / "out"


def parts_of(store):
    return sorted((store / "delta/orders").glob("*.parquet"))


def test_each_part_has_its_sketches(store):
    names = {path.name for path in sketch_files(store)}
    assert names and names == {f"{path.name}.sketches" for path in parts_of(store)}


def test_they_change_nothing(roost, store):
    with_them = described(roost, store)
    assert described(roost, store) == with_them
    shutil.rmtree(store / "_roost/sketches")
    without = described(roost, store)
    assert exact(without) == exact(with_them)
    assert sketch_files(store)
    assert described(roost, store) == without


def test_damaged_ones_are_made_again(roost, store):
    shutil.rmtree(store / "_roost/sketches")
    good = described(roost, store)
    for path in sketch_files(store):
        data = bytearray(path.read_bytes())
        for at in range(len(data) // 3, len(data), 97):
            data[at] ^= 0x55
        path.write_bytes(data)
    assert described(roost, store) == good
    for path in sketch_files(store):
        path.write_bytes(path.read_bytes()[:100])
    assert described(roost, store) == good


def test_they_follow_a_replacement(roost, store, template):
    write_documents(template / "in", "orders_1.ndjson", 0, 65_900, total=-1.5)
    roost("ingest", template / "in", "--output-dir", store)
    found = {name: (store / name).read_text() for name in OUTPUTS}
    (table,) = json.loads(found["schema_documentation.json"])["tables"]
    total = next(column for column in table["columns"] if column["name"] == "total")
    assert float(total["min"]) == -1.5
    view = (store / "orders.parquet").glob("*.parquet")
    assert table["rows"] == 66_400 == sum(pq.read_metadata(path).num_rows for path in view)
    shutil.rmtree(store / "_roost/sketches")
    assert exact(described(roost, store)) == exact(found)


def test_nothing_is_written_where_nothing_is_to_be(roost, store):
    shutil.rmtree(store / "_roost/sketches")
    roost("relate", store, "--no-files")
    assert not sketch_files(store)


def types(number):
    """Values of every kind that ingest counts by itself, or must not."""
    return {
        "near": number * 7 % 5000 - 100,
        "far": number * 10**14,
        "rising": number // 3,
        "few": [5, 10**12, -(10**12)][number % 3],
        "share": number % 50 / 8,
        "whole": float(number % 9),
        "day": f"2024-{number % 12 + 1:02d}-{number % 28 + 1:02d}",
        "moment": f"2024-01-02T{number % 24:02d}:00:00Z",
        "flag": number % 3 == 0,
        "word": f"word {number % 700}",
        "digits": str(number % 40),
        "long": f"text {number} of its own",
        "often_missing": None if number % 10 else number % 4,
        "later_text": number if number < 4000 else f"n{number}",
        "mixed": [1, "one", True, 1.5][number % 4],
        "empty": ["", "null", "x"][number % 3],
        "list": [number % 3, number % 5],
        "any": [{"a": 1}, [1, [2]], "x"][number % 3],
    }


def test_what_ingest_counts_is_what_is_read(roost, tmp_path):
    lines = [json.dumps(types(number)) for number in range(6000)]
    (tmp_path / "things.ndjson").write_text("\n".join(lines))
    out = tmp_path / "out"
    roost("ingest", tmp_path / "things.ndjson", "--output-dir", out)
    assert sketch_files(out)
    counted = exact(described(roost, out))
    shutil.rmtree(out / "_roost/sketches")
    assert exact(described(roost, out)) == counted


def test_without_relations_nothing_is_counted_for_them(roost, tmp_path):
    (tmp_path / "things.ndjson").write_text("\n".join(json.dumps(types(n)) for n in range(100)))
    out = tmp_path / "out"
    roost("ingest", tmp_path / "things.ndjson", "--output-dir", out, "--no-relate")
    assert not sketch_files(out)
