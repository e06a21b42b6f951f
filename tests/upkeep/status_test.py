"""roost status: how a store stands."""

import json
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
    assert found["hour_files"] == 7 and 0 <= found["seconds_since_commit"] < 100
    rows = {table["name"]: table["rows"] for table in found["tables"]}
    assert rows == {"r": 6, "rows": 8}
    assert [each["rejects"] for each in found["quarantine"]] == [1]
    assert (found["writers"], found["listeners"], found["files_faulty"]) == (0, 0, 0)
    assert "1 record in quarantine" in roost("status", tmp_path / "out").stdout


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


def test_what_is_no_store_is_refused(roost, tmp_path):
    assert "no roost store" in roost("status", tmp_path, exit_code=2).stderr
