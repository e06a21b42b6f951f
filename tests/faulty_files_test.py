"""Files that cannot be read, or not to their end: the run goes on, says so, and ends with 3."""

import gzip
import json
import os

import pyarrow.parquet as pq
import pytest


def ledger_of(store):
    rows = pq.read_table(store / "_roost/ledger").to_pylist()
    return {os.path.basename(row["path"]): row for row in rows}


def lines(count):
    return "".join(f'{{"n":{i},"text":"{i * i * 7919}"}}\n' for i in range(count)).encode()


def test_what_is_known_of_a_torn_file_stands_in_the_ledger(roost, tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    for name, count in [("small.json.gz", 1000), ("large.json.gz", 300_000)]:
        packed = gzip.compress(lines(count), 1)
        for which in "ab":
            (folder / f"{which}_{name}").write_bytes(packed[: len(packed) // 2])
    (folder / "whole.json").write_bytes(lines(10))
    done = roost("ingest", folder, "--output-dir", tmp_path / "out", "--table", "t", "--json", exit_code=3)
    result = json.loads(done.stdout)
    assert result["files"]["faulty"] == 4 and result["files"]["taken"] == 1
    rows = ledger_of(tmp_path / "out")
    for name, row in rows.items():
        size = (folder / name).stat().st_size
        assert row["bytes"] == size
        assert row["modified"].timestamp() * 10**6 == (folder / name).stat().st_mtime_ns // 1000
        assert row["hash"] != "0" * 32
        assert row["compression"] == ("gzip" if name.endswith("gz") else "none")
        if name != "whole.json":
            assert "truncated" in row["fault"]
            assert row["decoded_bytes"] > size and row["loaded"] > 0 and row["numbers"] > 0
    assert result["input_bytes"] == sum(row["bytes"] for row in rows.values())
    assert rows["a_small.json.gz"]["hash"] == rows["b_small.json.gz"]["hash"]
    assert rows["a_small.json.gz"]["hash"] != rows["a_large.json.gz"]["hash"]


def test_the_records_of_a_torn_file_come_back(roost, tmp_path):
    packed = gzip.compress(lines(100_000), 1)
    (tmp_path / "a.json.gz").write_bytes(packed[: len(packed) // 2])
    (tmp_path / "b.json").write_bytes(lines(3))
    inputs = [tmp_path / "a.json.gz", tmp_path / "b.json"]
    roost("ingest", *inputs, "--output-dir", tmp_path / "out", exit_code=3)
    roost("export", tmp_path / "out", "--output-dir", tmp_path / "back")
    [back] = (tmp_path / "back").rglob("a.json")
    loaded = ledger_of(tmp_path / "out")["a.json.gz"]["loaded"]
    assert loaded > 1000
    assert back.read_bytes() == lines(loaded)


def test_unreadable_and_vanished_files_are_told_and_the_others_taken(roost, tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "good.json").write_bytes(lines(3))
    (folder / "unreadable.json").symlink_to("/proc/self/mem")  # reading gives an error, even to root
    (folder / "vanished.json").symlink_to(tmp_path / "gone")
    done = roost("ingest", folder, "--output-dir", tmp_path / "out", "--table", "t", exit_code=3)
    assert "2 files could not be read" in done.stdout
    assert "cannot read '" in done.stdout and "Input/output error" in done.stdout
    assert "cannot open '" in done.stdout and "No such file" in done.stdout
    rows = ledger_of(tmp_path / "out")
    assert rows["good.json"]["loaded"] == 3 and rows["good.json"]["fault"] is None
    for name in ["unreadable.json", "vanished.json"]:
        assert rows[name]["fault"] and rows[name]["loaded"] == 0
    assert pq.read_table(tmp_path / "out/t.parquet").num_rows == 3
    done = roost("export", tmp_path / "out", "--output-dir", tmp_path / "back")
    assert [path.name for path in (tmp_path / "back").rglob("*.json")] == ["good.json"]
    assert done.stdout.count("left out, as ingest could not read it: ") == 2


def test_a_name_that_does_not_exist_is_an_error_and_writes_nothing(roost, tmp_path):
    done = roost("ingest", tmp_path / "no.json", "--output-dir", tmp_path / "out", exit_code=3)
    assert "no.json" in done.stderr and list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("end", [",]", ",\n]\n", ", ]"])
@pytest.mark.parametrize("bytes_of_text", [100, 89])
def test_a_comma_that_nothing_follows_is_what_is_rejected(roost, tmp_path, end, bytes_of_text):
    records = [f'{{"t":"{"x" * bytes_of_text}"}}' for _ in range(30_000)]
    text = "[" + ",".join(records) + end
    (tmp_path / "a.json").write_text(text)
    done = roost("ingest", tmp_path / "a.json", "--output-dir", tmp_path / "out", "--json", "--no-relate")
    result = json.loads(done.stdout)
    assert result["account"]["records_loaded"] == 30_000 and result["account"]["balanced"]
    [reject] = result["rejects"]
    assert reject["bytes"] > 0 and "comma" in reject["reason"]
    comma = text.rindex(",")
    assert comma <= reject["offset"] < len(text.rstrip())
