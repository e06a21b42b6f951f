"""Files that are read in pieces: docs/formats/tables.md says how they are framed and what a fault costs."""

import json

import pyarrow.parquet as pq
import pytest

RECORD = b'{"text":"' + b"x" * 89 + b'"}'  # 100 bytes
MIB = 1 << 20


def ingest(roost, tmp_path, data):
    """The file's row in the ledger, and its rejects."""
    (tmp_path / "a.json").write_bytes(data)
    roost("ingest", tmp_path / "a.json", "--output-dir", tmp_path / "out", "--quiet")
    [row] = pq.read_table(tmp_path / "out/_roost/ledger").to_pylist()
    parts = (tmp_path / "out/_roost/quarantine").glob("*.parquet")
    rejects = [reject for part in parts for reject in pq.read_table(part).to_pylist()]
    return row, rejects


def test_most_of_the_first_lines_make_lines(roost, tmp_path):
    line = RECORD + b"\n"
    data = b"torn line\n" + line * 15_000 + b"another\n" + RECORD + b" " + line + line * 10_000
    row, rejects = ingest(roost, tmp_path, data)
    assert row["framing"] == "lines"
    found = sorted((reject["offset"], reject["line"], reject["raw"]) for reject in rejects)
    assert found[:2] == [
        (0, 1, b"torn line"),
        (10 + 101 * 15_000, 15_002, b"another"),
    ]


def test_a_value_of_many_lines_makes_values(roost, tmp_path):
    pretty = b'{\n"text":1\n}\n'
    row, rejects = ingest(roost, tmp_path, pretty + (RECORD + b"\n") * 30_000)
    assert (row["framing"], row["loaded"], rejects) == ("values", 30_001, [])


@pytest.mark.parametrize("separator, framing", [(b" ", "values"), (b",", "array")])
def test_a_fault_costs_the_rest_of_its_piece(roost, tmp_path, separator, framing):
    begin = b"[" if framing == "array" else b""
    records = (RECORD + separator) * 20_000
    data = begin + records + b"nonsense" + separator + records
    data = data[:-1] + b"]" if framing == "array" else data
    row, [reject] = ingest(roost, tmp_path, data)
    assert row["framing"] == framing
    fault = len(begin) + len(records)
    assert reject["offset"] == fault
    # The next piece begins with the first record at or after 2 MiB.
    next_piece = fault + 9 + -(-(2 * MIB - fault - 9) // 101) * 101
    assert fault < 2 * MIB < next_piece
    assert next_piece - 1 <= reject["offset"] + reject["bytes"] <= next_piece
    assert row["loaded"] == 40_000 - (next_piece - fault - 9) // 101


@pytest.mark.parametrize("space", [0, 5, 2 * MIB])
def test_a_comma_before_the_end_of_a_long_array_is_a_reject(roost, tmp_path, space):
    data = b"[" + (RECORD + b",") * 30_000 + b" " * space + b"]"
    row, [reject] = ingest(roost, tmp_path, data)
    assert (row["framing"], row["loaded"], row["quarantined"]) == ("array", 30_000, 1)
    assert "comma" in reject["reason"]


@pytest.mark.parametrize("shift", range(-2, 3))
def test_a_comma_where_a_piece_ends_is_a_reject_too(roost, tmp_path, shift):
    """Each record fills a piece, so that the last piece holds nothing."""
    sizes = [MIB - 11 + shift, MIB - 10, MIB - 10]
    records = [b'{"text":"' + b"x" * (size - 1) + b'"}' for size in sizes]
    row, [reject] = ingest(roost, tmp_path, b"[" + b",".join(records) + b", ]")
    assert (row["loaded"], row["quarantined"]) == (3, 1)
    assert "comma" in reject["reason"]


def test_what_stands_behind_a_long_array_is_a_reject(roost, tmp_path):
    data = b"[" + b",".join([RECORD] * 30_000) + b"] {} {}"
    row, [reject] = ingest(roost, tmp_path, data)
    assert (row["loaded"], reject["raw"]) == (30_000, b"{} {}")


@pytest.mark.parametrize("begin, end, framing", [(b"[", b"]", "array"), (b'{"list":[', b"]}", "values")])
def test_white_space_between_elements_is_no_record_however_long(roost, tmp_path, begin, end, framing):
    space = b" " * 9_000_000
    some = b",".join([RECORD] * 25_000)
    data = begin + some + space + b"," + space + RECORD + space + end
    (tmp_path / "a.json").write_bytes(data)
    told = roost("ingest", tmp_path / "a.json", "--output-dir", tmp_path / "out", "--max-record", "4MB", "--json")
    told = json.loads(told.stdout)
    assert (told["reject_count"], told["account"]["balanced"]) == (0, True)
    [row] = pq.read_table(tmp_path / "out/_roost/ledger").to_pylist()
    assert (row["framing"], row["quarantined"]) == (framing, 0)
    table = "list" if framing == "values" else "a"
    assert pq.read_table(tmp_path / f"out/{table}.parquet").num_rows == 25_001
