"""What ingest refuses or leaves out so that memory and time keep their bounds."""

import json
import subprocess

DOCUMENTS = ("table_relationships.json", "schema_documentation.json", "DATA_STRUCTURE_README.md")


def write_columns(folder, count):
    file = folder / "wide.json"
    file.write_text(json.dumps({f"column_{i}": i for i in range(count)}))
    return file


def write_tables(folder, tables, columns):
    """A table has 2,000 columns at most, so that many of them need several tables."""
    file = folder / "wide.json"
    row = {f"column_{i}": i for i in range(columns)}
    file.write_text(json.dumps({f"t{k}": [row] for k in range(tables)}))
    return file


def documents(out):
    return [name for name in DOCUMENTS if (out / name).exists()]


def test_a_record_may_take_half_of_the_memory_and_no_more(binary, tmp_path):
    file, out = write_columns(tmp_path, 3), tmp_path / "out"
    command = [binary, "ingest", file, "--output-dir", out, "--memory", "512MB", "--max-record"]
    done = subprocess.run([*command, "257MB"], capture_output=True, text=True)
    assert done.returncode == 2
    assert "--max-record 257MB is more than half of --memory 512MB" in done.stderr
    assert "--memory 514000000 or more" in done.stderr
    assert not out.exists()
    subprocess.run([*command, "256MB"], check=True, capture_output=True)
    assert out.exists()


def test_little_memory_brings_the_longest_record_down(roost, tmp_path):
    file = tmp_path / "long.ndjson"
    file.write_text(json.dumps({"text": "x" * 20_000_000}) + '\n{"text":"y"}\n')
    run = json.loads(
        roost("ingest", file, "--output-dir", tmp_path / "out", "--memory", "32MB", "--json").stdout
    )
    assert run["reject_count"] == 1
    assert "longer than --max-record (16000000 bytes)" in run["rejects"][0]["reason"]
    assert run["account"]["records_read"] == 2 and run["account"]["records_loaded"] == 1
    sql = 'SELECT bytes, reason FROM _roost_quarantine ORDER BY "offset"'
    pieces = json.loads(roost("query", tmp_path / "out", sql, "--format", "json").stdout)
    assert sum(piece["bytes"] for piece in pieces) == 20_000_012
    assert ["(continued)" in piece["reason"] for piece in pieces] == [False, True, True]


def test_relations_are_left_out_where_there_are_too_many_columns(roost, tmp_path):
    many, few = tmp_path / "many", tmp_path / "few"
    done = roost("ingest", write_tables(tmp_path, 3, 1700), "--output-dir", many)
    assert f"run roost describe {many}" in done.stderr
    assert documents(many) == []
    quiet = ("--overwrite", "--quiet")
    done = roost("ingest", write_tables(tmp_path, 3, 1700), "--output-dir", many, *quiet)
    assert done.stderr == ""
    done = roost("ingest", write_columns(tmp_path, 50), "--output-dir", few)
    assert done.stderr == ""
    assert documents(few) == list(DOCUMENTS)
