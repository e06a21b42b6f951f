"""What comes through a pipe is taken as the same bytes in a file would be."""

import gzip
import json
import os
import resource
import subprocess
import threading

import pyarrow as pa
import pyarrow.parquet as pq
import pytest


def maps():
    """Objects whose keys are data: known as such at the end only, so the input is read again."""
    lines = [{"id": i, "by_key": {f"k{i * 3 + j}": j for j in range(3)}} for i in range(300)]
    return "".join(json.dumps(line) + "\n" for line in lines).encode()


def overflow():
    return b"".join(
        b"{" + b",".join(b'"c%d":%d' % (i, i) for i in range(j, 2300 + j)) + b"}\n" for j in range(4)
    )


def bad_long_document():
    """A document that is taken in pieces and turns out to be none near its end; good ones around."""
    rows = ",".join(f'{{"n":{i},"t":"{"x" * 50}"}}' for i in range(60_000))
    bad = '{"before":1,"rows":[' + rows + ',{"n":nonsense}],"after":2}'
    return b'{"a":1}\n' + bad.encode() + b'\n{"a":2}\n'


INPUTS = {"maps": maps, "overflow": overflow, "bad_long_document": bad_long_document}


def tables_of(store):
    tables = {}
    for folder in sorted(store.glob("*.parquet")):
        table = pa.concat_tables(pq.read_table(part) for part in sorted(folder.iterdir()))
        facts = json.loads(table.schema.metadata[b"roost"])
        technical = {facts[key] for key in ("id", "parent") if facts.get(key)}
        names = [name for name in table.column_names if name not in technical]
        tables[folder.name] = table.sort_by(facts["id"]).select(names).replace_schema_metadata()
    return tables


def quarantine_of(store):
    parts = (store / "_roost/quarantine").glob("*.parquet")
    rows = [row for part in parts for row in pq.read_table(part).drop_columns(["file"]).to_pylist()]
    for row in rows:
        raw_file = row.pop("raw_file")
        if raw_file:
            row["raw"] = (store / "_roost/quarantine/raw" / raw_file).read_bytes()
    return rows


OPTIONS = ["--table", "t", "--max-record", "2MB", "--quiet"]


@pytest.fixture(params=INPUTS)
def data(request):
    return INPUTS[request.param]()


@pytest.fixture
def wanted(roost, tmp_path, data):
    """The store of the same bytes in a file."""
    (tmp_path / "in.json").write_bytes(data)
    roost("ingest", tmp_path / "in.json", "--output-dir", tmp_path / "wanted", *OPTIONS)
    return tmp_path / "wanted"


def expect_same(store, wanted):
    assert quarantine_of(store) == quarantine_of(wanted)
    one, other = tables_of(store), tables_of(wanted)
    assert one.keys() == other.keys()
    assert all(one[name].equals(other[name]) for name in one)


def test_standard_input_is_taken_like_a_file(binary, tmp_path, data, wanted):
    command = [binary, "ingest", "-", "--output-dir", tmp_path / "out", *OPTIONS]
    subprocess.run(command, input=data, check=True, timeout=120)
    expect_same(tmp_path / "out", wanted)


def test_packed_standard_input_is_taken_like_a_file(binary, tmp_path, data, wanted):
    command = [binary, "ingest", "-", "--output-dir", tmp_path / "out", *OPTIONS]
    subprocess.run(command, input=gzip.compress(data, 1), check=True, timeout=120)
    expect_same(tmp_path / "out", wanted)


def test_a_file_as_standard_input_is_read_from_where_it_stands(binary, tmp_path, data, wanted):
    (tmp_path / "more.json").write_bytes(b"no JSON at all" + data)
    command = [binary, "ingest", "-", "--output-dir", tmp_path / "out", *OPTIONS]
    with open(tmp_path / "more.json", "rb", buffering=0) as file:
        file.read(len(b"no JSON at all"))
        subprocess.run(command, stdin=file, check=True, timeout=120)
    expect_same(tmp_path / "out", wanted)


def test_a_named_pipe_is_taken_like_a_file(binary, tmp_path, data, wanted):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=lambda: pipe.write_bytes(data), daemon=True)
    writer.start()
    command = [binary, "ingest", pipe, "--output-dir", tmp_path / "out", *OPTIONS]
    subprocess.run(command, check=True, timeout=120)
    writer.join()
    expect_same(tmp_path / "out", wanted)


def test_several_pipes_are_kept_apart(binary, tmp_path):
    texts = [maps(), maps().replace(b'"k', b'"l')]
    pipes = [tmp_path / f"pipe{i}" for i in range(2)]
    for pipe, text in zip(pipes, texts):
        os.mkfifo(pipe)
        threading.Thread(target=lambda p=pipe, t=text: p.write_bytes(t), daemon=True).start()
    command = [binary, "ingest", *pipes, "--output-dir", tmp_path / "out", *OPTIONS]
    subprocess.run(command, check=True, timeout=120)
    keys = pq.read_table(tmp_path / "out/by_key.parquet")["key"].to_pylist()
    assert {key[0] for key in keys} == {"k", "l"} and len(set(keys)) == len(keys) == 1800


def test_a_dry_run_of_a_pipe_tells_the_same(binary, roost, tmp_path):
    (tmp_path / "in.json").write_bytes(maps())
    wanted = roost("ingest", tmp_path / "in.json", "--table", "t", "--dry-run", "--json").stdout
    command = [binary, "ingest", "-", "--table", "t", "--dry-run", "--json"]
    environment = {"TMPDIR": str(tmp_path / "temporary")}
    (tmp_path / "temporary").mkdir()
    done = subprocess.run(
        command, input=maps(), capture_output=True, check=True, timeout=120, env=environment
    )
    assert json.loads(done.stdout)["tables"] == json.loads(wanted)["tables"]
    assert not list((tmp_path / "temporary").iterdir())


def test_nothing_is_left_of_what_was_kept(binary, tmp_path):
    command = [binary, "ingest", "-", "--output-dir", tmp_path / "sub/out", *OPTIONS]
    subprocess.run(command, input=maps(), check=True, timeout=120)
    assert [path.name for path in tmp_path.iterdir()] == ["sub"]
    assert [path.name for path in (tmp_path / "sub").iterdir()] == ["out"]


def test_no_room_to_keep_a_pipe_is_a_clear_error(binary, tmp_path):
    """A limit on the size of files stands for a full disk."""
    done = subprocess.run(
        [binary, "ingest", "-", "--output-dir", tmp_path / "out", *OPTIONS],
        input=b'{"a":"' + b"x" * 1000 + b'"}\n' * 3 + b'{"a":1}\n' * 400_000,
        capture_output=True,
        timeout=120,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20)),
    )
    assert done.returncode == 3, done.stderr
    message = done.stderr.decode()
    assert "File too large" in message and "standard input" in message and str(tmp_path) in message
    assert list(tmp_path.iterdir()) == []


def test_a_temporary_folder_that_is_none_is_a_clear_error(binary, tmp_path):
    done = subprocess.run(
        [binary, "ingest", "-", "--dry-run"],
        input=b"1",
        capture_output=True,
        timeout=120,
        env={"TMPDIR": str(tmp_path / "gone")},
    )
    assert done.returncode == 3
    assert str(tmp_path / "gone") in done.stderr.decode()
