"""The share of seats that are used, as pandas counts it."""

import json

import pandas
import pytest


def test_seats_used_are_children_over_capacity(roost, tmp_path):
    roost("generate", "--output-dir", tmp_path / "in", "--num-iterations", 20, "--quiet")
    roost("ingest", tmp_path / "in", "--output-dir", tmp_path / "out", "--quiet")
    rules = tmp_path / "in/_rules.yaml"
    printed = roost("validate", "--output-dir", tmp_path / "out", "--rules", rules, "--json").stdout
    uses = {use["ref_table"]: use for use in json.loads(printed)["relations"]}
    classes = pandas.read_parquet(tmp_path / "out/classes.parquet")
    enrollments = pandas.read_parquet(tmp_path / "out/enrollments.parquet")
    share = len(enrollments) / classes["capacity"].sum()
    assert uses["classes"]["capacity_used"] == pytest.approx(share)
    assert uses["classes"]["over_full"] == 0
    assert "capacity_used" not in uses["students"]
