"""roost retry: hints that have changed, long records, and what it says."""

import json

import duckdb
import pytest


@pytest.fixture
def out(roost, tmp_path):
    (tmp_path / "in").mkdir()
    for n in range(4):
        text = json.dumps({"n": n if n < 2 else f"no {n}", "s": [{"x": n}]})
        (tmp_path / f"in/t_{n}.json").write_text(text)
    (tmp_path / "strict.yaml").write_text("columns:\n  $.n: {reject_unless: number}\n")
    (tmp_path / "loose.yaml").write_text("columns: {}\n")
    roost("ingest", tmp_path / "in", "--output-dir", tmp_path / "out", "--config", tmp_path / "strict.yaml", "--no-relate")
    return tmp_path / "out"


def retry(roost, out, *arguments):
    return json.loads(roost("retry", out, "--json", *arguments).stdout)


def numbers(out):
    sql = f"SELECT * FROM read_parquet('{out}/t.parquet/*.parquet', union_by_name=true)"
    return duckdb.sql(f"SELECT count(*) FROM ({sql})").fetchall()[0][0]


@pytest.mark.parametrize("gone", [False, True])
def test_what_a_hint_had_rejected_comes_in_when_the_hint_is_gone(roost, tmp_path, out, gone):
    assert numbers(out) == 2
    assert retry(roost, out)["records_left"] == 2
    if gone:
        for path in (tmp_path / "in").iterdir():
            path.unlink()
    said = retry(roost, out, "--config", tmp_path / "loose.yaml")
    assert (said["records"], said["records_loaded"], said["records_left"]) == (2, 2, 0)
    assert {file["is_in_place"] for file in said["what"]} == {not gone}
    assert numbers(out) == 4
    roost("verify", out)
    status = json.loads(roost("status", out, "--json").stdout)
    assert status["files"] == 4 and status["records"] == 4 and status["quarantine"] == []
    assert roost("retry", out).stdout == "nothing is in quarantine\n"


def test_a_record_that_was_too_long_is_taken_when_longer_ones_may_be(roost, tmp_path):
    (tmp_path / "in").mkdir()
    long = "y" * 3_000_000
    (tmp_path / "in/t_1.json").write_text(json.dumps({"n": 1}) + "\n" + json.dumps({"n": 2, "text": long}))
    out = tmp_path / "out"
    roost("ingest", tmp_path / "in", "--output-dir", out, "--max-record", "1MB", "--no-relate")
    (tmp_path / "in/t_1.json").unlink()
    said = retry(roost, out, "--max-record", "1MB")
    assert (said["records"], said["records_loaded"], said["version"]) == (1, 0, -1)
    assert retry(roost, out)["records_loaded"] == 1
    rows = duckdb.sql(f"SELECT n, length(text) FROM read_parquet('{out}/t.parquet/*.parquet') ORDER BY n")
    assert rows.fetchall() == [(1, None), (2, len(long))]
    roost("verify", out)


def test_mistakes_are_told(roost, tmp_path, out):
    assert "no store" in roost("retry", tmp_path, exit_code=3).stderr
    assert "half of --memory" in roost("retry", out, "--max-record", "1GB", exit_code=2).stderr
    assert "no " in roost("retry", out, "--config", tmp_path / "missing.yaml", exit_code=3).stderr
