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
    shutil.rmtree(store / "_roost/sketches")
    assert described(roost, store) == with_them
    assert sketch_files(store)
    assert described(roost, store) == with_them


def test_damaged_ones_are_made_again(roost, store):
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
    assert described(roost, store) == found


def test_nothing_is_written_where_nothing_is_to_be(roost, store, tmp_path):
    shutil.rmtree(store / "_roost/sketches")
    roost("relate", store, "--no-files")
    assert not sketch_files(store)
    bare = tmp_path / "bare"
    roost("ingest", tmp_path / "in", "--output-dir", bare, "--no-relate")
    assert not sketch_files(bare)
