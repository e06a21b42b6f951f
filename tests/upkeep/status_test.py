"""roost status: how a store stands."""

import json
import os
import subprocess
import time


def status(roost, store):
    return json.loads(roost("status", store, "--json").stdout)


def test_it_counts_files_rows_and_rejects(roost, tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    for n in range(5):
        (folder / f"r_{n}.json").write_text(json.dumps({"n": n, "rows": [{"x": 1}, {"x": 2}]}))
    (folder / "r_9.json").write_text('{"n": 9}\n{"n": ')
    for n in (0, 70):  # a changed file replaces its rows
        (folder / "r_0.json").write_text(json.dumps({"n": n}))
        roost("ingest", folder, "--output-dir", tmp_path / "out", "--no-relate", "--quiet")
    found = status(roost, tmp_path / "out")
    assert (found["version"], found["files"], found["files_replaced"], found["records"]) == (2, 6, 1, 6)
    assert found["last_hour"] == {"commits": 2, "files": 7, "records": 7, "bytes": found["last_hour"]["bytes"]}
    assert found["last_minute"]["files"] in (0, 1, 7) and 0 <= found["seconds_since_commit"] < 100
    rows = {table["name"]: table["rows"] for table in found["tables"]}
    assert rows == {"r": 6, "rows": 8}
    assert [each["rejects"] for each in found["quarantine"]] == [1]
    assert (found["writers"], found["listeners"], found["files_faulty"]) == (0, 0, 0)
    assert "1 record in quarantine" in roost("status", tmp_path / "out").stdout


def test_it_counts_files_with_the_content_of_others(roost, tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    for name, text in {"a": '{"n": 1}', "b": '{"n": 1}', "c": '{"n": 2}', "d": "", "e": "", "f": '{"n": 1}'}.items():
        (folder / f"r_{name}.json").write_text(text)
        roost("ingest", folder, "--output-dir", tmp_path / "out", "--no-relate", "--quiet")
    assert status(roost, tmp_path / "out")["files_same"] == 2
    assert "2 files with the content of others" in roost("status", tmp_path / "out").stdout
    (folder / "r_b.json").write_text('{"n": 3}')  # no more
    roost("ingest", folder, "--output-dir", tmp_path / "out", "--no-relate", "--quiet")
    assert status(roost, tmp_path / "out")["files_same"] == 1
    sql = "SELECT count(*) AS n, list(path) AS paths FROM _roost_ledger WHERE bytes > 0 GROUP BY hash HAVING n > 1"
    found = json.loads(roost("query", tmp_path / "out", sql, "--format", "json").stdout)
    assert [each["n"] for each in found] == [3], "the ledger keeps rows of earlier content"


def test_it_sees_who_is_at_work(roost, binary, tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in/r_1.json").write_text("{}")
    process = subprocess.Popen(
        [binary, "listen", "--input-dir", "in", "--output-dir", "out", "--quiet", "--no-relate",
         "--batch-seconds", "0.1", "--settle", "0.1"], cwd=tmp_path)
    try:
        while not (tmp_path / "out/r.parquet").exists():
            time.sleep(0.05)
        found = status(roost, tmp_path / "out")
        assert (found["writers"], found["listeners"]) == (1, 1)
    finally:
        process.kill()
        process.wait()
    found = status(roost, tmp_path / "out")
    assert (found["writers"], found["listeners"]) == (0, 0)


def test_it_counts_what_waits_in_a_folder(roost, tmp_path):
    folder = tmp_path / "in"
    (folder / "below").mkdir(parents=True)
    for n in range(4):
        (folder / f"r_{n}.json").write_text(json.dumps({"n": n}))
    roost("ingest", folder, "--output-dir", tmp_path / "out", "--no-relate", "--quiet")
    (folder / "r_0.json").write_text(json.dumps({"n": 1000}))
    (folder / "below/r_9.json").write_text("{}")
    os.utime(folder / "below/r_9.json", (time.time() - 3600,) * 2)
    (folder / "notes.txt").write_text("no input")
    run = roost("status", tmp_path / "out", "--input-dir", folder, "--json")
    backlog = json.loads(run.stdout)["backlog"]
    assert (backlog["files"], backlog["changed"], backlog["bytes"], backlog["known"]) == (2, 1, 13, 3)
    assert backlog["oldest"].endswith("below/r_9.json") and 3600 <= backlog["oldest_seconds"] < 3700
    plain = roost("status", "out", "--input-dir", "in", cwd=tmp_path).stdout
    assert "waiting: 2 files, 13 B (1 changed since they were taken)" in plain
    assert "1 h 00 min; 3 there that were taken" in plain
    roost("ingest", folder, "--output-dir", tmp_path / "out", "--no-relate", "--quiet")
    assert "waiting: 0 files" in roost("status", tmp_path / "out", "--input-dir", folder).stdout


def test_files_that_moved_away_do_not_wait(roost, tmp_path):
    (tmp_path / "in").mkdir()
    for n in range(3):
        (tmp_path / f"in/r_{n}.json").write_text(json.dumps({"n": n}))
    roost("listen", "--input-dir", "in", "--output-dir", "out", "--processed-dir", "in/done", "--once", "--quiet",
          "--no-relate", "--settle", "0.1", cwd=tmp_path)
    (tmp_path / "in/r_0.json").write_text(json.dumps({"n": 0}))
    run = roost("status", "out", "--input-dir", "in", "--json", cwd=tmp_path)
    backlog = json.loads(run.stdout)["backlog"]
    assert (backlog["files"], backlog["known"]) == (1, 3)


def test_an_input_folder_that_is_not_there_is_told(roost, tmp_path):
    (tmp_path / "r_1.json").write_text("{}")
    roost("ingest", "r_1.json", "--output-dir", "out", "--no-relate", "--quiet", cwd=tmp_path)
    run = roost("status", "out", "--input-dir", "none", cwd=tmp_path, exit_code=3)
    assert "there is no folder 'none'" in run.stderr


def test_what_is_no_store_is_refused(roost, tmp_path):
    assert "no roost store" in roost("status", tmp_path, exit_code=2).stderr
