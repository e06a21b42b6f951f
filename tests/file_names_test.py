"""File names are bytes: whatever they are, the store can be read and the names come back."""

import json
import os
import subprocess

import pyarrow.parquet as pq
import pytest

NAMES = [
    b"caf\xe9.json",  # Latin-1
    "café.json".encode(),
    b"caf%E9.json",  # looks like the first one encoded
    b"caf%25E9.json",
    b"100%.json",
    b"%.json",
    b"%c3%a9_%2e%2e%2fx.json",
    b"\xff\xfe\x80.json",
    b"\xed\xa0\x80.json",  # a surrogate as bytes
    b"\xf0\x9f\x98.json",  # cut off
    b"\xc0\xaf.json",  # overlong
    b"line\nfeed.json",
    b"\r\t\x01\x1b[31m.json",
    b"qu'o\"te`$.json",
    b"back\\slash.json",
    b"sp ace.json",
    b"-.json",
    b"--overwrite.json",
    b"x" * 250 + b".json",
    b"\xe9" * 250 + b".json",
    "ä".encode() * 125 + b".json",
    b"%" * 250 + b".json",
]


@pytest.fixture
def folder(tmp_path):
    """Files of all names, each with its own number, in a folder whose name is no UTF-8 either."""
    folder = os.fsencode(tmp_path) + b"/in\xe4%41"
    os.mkdir(folder)
    for number, name in enumerate(NAMES):
        with open(os.path.join(folder, name), "wb") as file:
            file.write(b'{"n": %d}' % number)
    return folder


def run(binary, *arguments, exit_code=0, folder=None):
    done = subprocess.run([binary, *arguments], capture_output=True, timeout=120, cwd=folder)
    assert done.returncode == exit_code, done.stderr
    return done


def numbers_of(folder):
    """Name -> the number in the file, for all files below."""
    found = {}
    for place, _, names in os.walk(folder):
        for name in names:
            with open(os.path.join(place, name), "rb") as file:
                found[name] = json.loads(file.read())["n"]
    return found


def decoded(path):
    """The bytes that a path in the ledger stands for, by docs/formats/tables.md."""
    parts = path.encode().split(b"%")
    return parts[0] + b"".join(bytes([int(part[:2], 16)]) + part[2:] for part in parts[1:])


@pytest.mark.parametrize("options", [["--table", "t"], []])
def test_files_of_any_name_come_back_under_their_names(binary, folder, tmp_path, options):
    run(binary, "ingest", folder, "--output-dir", tmp_path / "out", *options)
    run(binary, "export", tmp_path / "out", "--output-dir", tmp_path / "back")
    back = os.fsencode(tmp_path / "back") + folder
    assert numbers_of(back) == {name: number for number, name in enumerate(NAMES)}


def test_a_relative_path_comes_back_too(binary, folder, tmp_path):
    run(binary, "ingest", b".", "--output-dir", tmp_path / "out", folder=folder)
    run(binary, "export", tmp_path / "out", "--output-dir", tmp_path / "back")
    assert numbers_of(tmp_path / "back") == {
        os.fsdecode(name): number for number, name in enumerate(NAMES)
    }


def test_tables_of_such_files_can_be_queried(binary, folder, tmp_path):
    run(binary, "ingest", folder, "--output-dir", tmp_path / "out")
    tables = json.loads(run(binary, "schema", tmp_path / "out", "--json").stdout)
    names = [table["name"] for table in tables]
    selects = [f'SELECT n FROM "{name}"' for name in names]
    query = "SELECT sum(n) AS s FROM (" + " UNION ALL ".join(selects) + ")"
    rows = run(binary, "query", tmp_path / "out", query, "--format", "csv").stdout.split()
    assert int(rows[1]) == sum(range(len(NAMES)))
    for name in names:
        assert len(name.encode()) <= 120
        name.encode().decode("utf-8")


def test_the_ledger_says_which_bytes(binary, folder, tmp_path):
    run(binary, "ingest", folder, "--output-dir", tmp_path / "out", "--table", "t")
    paths = pq.read_table(tmp_path / "out/_roost/ledger")["path"].to_pylist()
    assert sorted(map(decoded, paths)) == sorted(folder + b"/" + name for name in NAMES)
    assert len(set(paths)) == len(paths)


def test_quarantine_and_conflicts_say_which_bytes(binary, tmp_path):
    folder = os.fsencode(tmp_path) + b"/in"
    os.mkdir(folder)
    for name, text in [(b"\xe9%.json", b"{} nonsense"), (b"\xe8%.json", b'{"a":"x"}{"a":"y"}'),
                       (b"\xe7\n%.json", b'{"a":1}')]:  # fmt: skip
        with open(os.path.join(folder, name), "wb") as file:
            file.write(text)
    done = run(binary, "ingest", folder, "--output-dir", tmp_path / "out", "--table", "t", "--json")
    result = json.loads(done.stdout)
    [row] = pq.read_table(tmp_path / "out/_roost/quarantine").to_pylist()
    assert decoded(row["file"]) == folder + b"/\xe9%.json"
    assert result["rejects"][0]["file"] == row["file"]
    assert decoded(result["conflicts"][0]["first_file"]) == folder + b"/\xe7\n%.json"
    text = run(binary, "ingest", folder, "--table", "t", "--dry-run").stdout.decode("utf-8")
    assert not any(line.startswith("%.json") for line in text.splitlines())


def test_a_name_for_the_table_that_is_no_utf8_is_made_one(binary, tmp_path):
    (tmp_path / "a.json").write_text('{"n":1}')
    run(binary, "ingest", tmp_path / "a.json", "--table", b"t\xff", "--output-dir", tmp_path / "out")
    assert (tmp_path / "out/t_.parquet").is_dir()
