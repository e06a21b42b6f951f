"""Capacities with a share of the seats are judged by keys, to the row as exact numbers say."""

import json
import math
from fractions import Fraction

import pyarrow as pa
import pyarrow.parquet as pq
import pytest


@pytest.mark.parametrize("share", ["0.7", "0.8", "0.07", "1", "1.1", "0.333"])
def test_a_share_of_the_seats_is_rounded_down_exactly(roost, tmp_path, share):
    seats = [None, -3, 0, *range(1, 130)]
    allowed = [math.floor(Fraction(share) * (n or 0)) for n in seats]
    children, over_full = [], set()
    for parent, (limit, most) in enumerate(zip(seats, allowed)):
        count = max(0, most + parent % 2)  # as many as allowed, or one more
        children += [parent] * count
        if limit is not None and count > most:
            over_full.add(parent)
    pq.write_table(pa.table({"id": range(len(seats)), "seats": seats}), tmp_path / "parents.parquet")
    pq.write_table(pa.table({"id": children}), tmp_path / "items.parquet")
    rules = tmp_path / "rules.yaml"
    rules.write_text(
        "tables: {parents: {capacity: [{name: full, count: items, by: id, key: id, max: seats, utilization: %s}]}}" % share
    )
    assert "by the keys of its parts" in roost("validate", "--output-dir", tmp_path, "--rules", rules, "--explain").stdout
    report = json.loads(roost("validate", "--output-dir", tmp_path, "--rules", rules, "--json", exit_code=1).stdout)
    (rule,) = report["rules"]
    assert (rule["tested"], rule["failed"]) == (len(seats), len(over_full))
    failing = pq.read_table(tmp_path / "_roost/failures/parents.full.parquet").column("id").to_pylist()
    assert set(failing) == over_full


def test_children_of_which_no_counts_fit_into_memory_are_counted_by_sql(roost, tmp_path):
    count = 1_500_000
    parents = [0, *range(1, 100), 10**9]  # one far off, so that as many keys as rows are expected
    pq.write_table(pa.table({"id": parents, "seats": [count // 101] * len(parents)}), tmp_path / "parents.parquet")
    pq.write_table(pa.table({"parent": [parents[i % 101] for i in range(count)]}), tmp_path / "items.parquet")
    rules = tmp_path / "rules.yaml"
    rules.write_text(
        """tables:
  items: {references: [{columns: parent, table: parents, key: id}]}
  parents: {capacity: [{count: items, by: parent, key: id, max: seats}]}
"""
    )
    said = [
        json.loads(roost("validate", "--output-dir", tmp_path, "--rules", rules, "--json", "--full", "--memory", memory, exit_code=1).stdout)
        for memory in ("1GB", "30MB")  # of which half is room for 8 bytes a key, not for 12
    ]
    of_rules = [[(rule["name"], rule["tested"], rule["failed"]) for rule in one["rules"]] for one in said]
    assert of_rules[0] == of_rules[1]
    assert [failed for _, _, failed in of_rules[0]] == [0, count % 101]
