"""Runs that write less than everything: --dry-run and --tables."""

import json

import pytest


@pytest.fixture
def school(source):
    return source / "examples/school"


def rows_of(result):
    return {table["name"]: table["rows"] for table in json.loads(result.stdout)["tables"]}


def columns_of(result):
    return {table["name"]: table["columns"] for table in json.loads(result.stdout)["tables"]}


def test_a_dry_run_counts_the_rows_it_would_write(roost, school, tmp_path):
    wanted = roost("ingest", school, "--output-dir", tmp_path / "out", "--json")
    found = roost("ingest", school, "--dry-run", "--json")
    assert rows_of(found) == rows_of(wanted)
    assert all(rows_of(found).values())
    assert columns_of(found) == columns_of(wanted)
    some = roost("ingest", school, "--dry-run", "--json", "--tables", "students,classes")
    assert rows_of(some) == {"students": 15, "classes": 11}


def test_a_dry_run_shows_rows_and_no_sizes(roost, school):
    lines = roost("ingest", school, "--dry-run").stdout.splitlines()
    assert lines[0].split() == ["table", "rows", "columns"]
    assert lines[1].split()[:2] == ["classes", "11"]


def test_some_tables_can_be_queried_but_not_exported(roost, school, tmp_path):
    roost("ingest", school, "--output-dir", tmp_path / "out", "--tables", "students,teachers")
    done = roost("query", tmp_path / "out", "SELECT count(*) FROM students", "--format", "csv")
    assert done.stdout.split()[1] == "15"
    done = roost("export", tmp_path / "out", "--output-dir", tmp_path / "back", exit_code=2)
    assert "only the tables students, teachers" in done.stderr
    assert "without --tables" in done.stderr
    assert not (tmp_path / "back").exists()


def test_naming_all_tables_leaves_nothing_out(roost, school, tmp_path):
    names = ",".join(rows_of(roost("ingest", school, "--dry-run", "--json")))
    roost("ingest", school, "--output-dir", tmp_path / "out", "--tables", names)
    roost("export", tmp_path / "out", "--output-dir", tmp_path / "back")
    assert len(list((tmp_path / "back").rglob("*.json"))) == 6


def test_a_table_that_is_not_there_is_an_error_that_names_those_that_are(roost, school, tmp_path):
    done = roost("ingest", school, "--output-dir", tmp_path / "out", "--tables", "pupils", exit_code=2)
    assert "pupils" in done.stderr and "students" in done.stderr
    assert not (tmp_path / "out").exists()
