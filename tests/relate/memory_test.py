"""Tables that are larger than the memory they may be looked at in."""

import json
import random

import pyarrow as pa
import pyarrow.parquet as pq
import pytest


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    """80,000 places with a key of two columns, as many codes, and visits that refer to both."""
    folder = tmp_path_factory.mktemp("large")
    draw = random.Random(5)
    rows = 80_000
    codes = [f"p{draw.getrandbits(40):010x}" for _ in range(rows)]
    places = {
        "region": [7 * (i % 500) for i in range(rows)],
        "number": [i // 500 for i in range(rows)],
        "kind": [draw.choice("abc") for _ in range(rows)],
    }
    targets = [draw.randrange(rows) for _ in range(70_000)]
    visits = {
        "visit_id": list(range(10**6, 10**6 + 70_000)),
        "place_code": ["gone" if i % 7_000 == 7 else codes[at] for i, at in enumerate(targets)],
        "region": [places["region"][at] for at in targets],
        "number": [places["number"][at] for at in targets],
    }
    for name, table in (("places", places), ("codes", {"place_code": codes}), ("visits", visits)):
        pq.write_table(pa.table(table), folder / f"{name}.parquet", row_group_size=20_000)
    return folder


def test_little_memory_finds_the_same(roost, large):
    found = {}
    for memory in ("512MB", "1MB"):
        result = json.loads(roost("relate", large, "--no-files", "--json", "--memory", memory).stdout)
        found[memory] = result["tables"], [
            (each["table"], each["columns"], each["ref_table"], each["orphan_rows"], each["orphan_samples"], each["tier"])
            for each in result["relations"]
        ]
    assert found["1MB"] == found["512MB"]
    relations = found["1MB"][1]
    assert ("visits", ["place_code"], "codes", 10, ["gone"], "probable") in relations
    assert [each for each in relations if each[1] == ["region", "number"]]
