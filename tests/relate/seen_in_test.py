"""schema_documentation.json says which input files hold the first and the last value of each column,
and where the first value begins that another column could not hold. Compared with a scan of the
input that knows nothing of the store."""

import json
import random
import subprocess

import pytest
from schema_check import check_against

KINDS = {"int64": int, "text": str, "bool": bool, "double": float}


def value_of(kind, rng):
    return {
        int: rng.randrange(1000),
        str: f"word {rng.randrange(50)}",
        bool: rng.random() < 0.5,
        type(None): None,
    }[kind]


def record(rng, rare):
    """Columns of one kind, of several, and such as are nearly always missing."""
    made = {"id": rng.randrange(10**6), "name": value_of(str, rng)}
    if rng.random() < 0.7:
        made["size"] = value_of(rng.choice([int, int, int, str, bool, type(None)]), rng)
    if rng.random() < 0.05:
        made["odd"] = value_of(rng.choice([str, str, int]), rng)
    if rare:
        made["rare"] = 1
    made["items"] = [{"n": value_of(int, rng)} for _ in range(rng.randrange(3))]
    for item in made["items"]:
        if rng.random() < 0.1:
            item["note"] = value_of(rng.choice([str, int]), rng)
    if rng.random() < 0.1:
        made["tags"] = [value_of(str, rng)]
    return made


class Input:
    """The files, in the order in which a store has taken them."""

    def __init__(self, folder, seed):
        self.folder, self.rng, self.order = folder, random.Random(seed), []
        folder.mkdir()

    def write(self, *names, records=40):
        """A batch takes its files by their names; new content of a file is a new file."""
        for name in sorted(names):
            lines = [
                json.dumps(record(self.rng, self.rng.random() < 0.01)) for _ in range(records)
            ]
            (self.folder / name).write_text("\n".join(lines) + "\n")
            self.order = [other for other in self.order if other != name] + [name]

    def values(self):
        """(JSON path, value, file, where its record begins), in order."""
        for name in self.order:
            offset = 0
            for line in (self.folder / name).read_bytes().splitlines(keepends=True):
                for path, value in self.leaves(json.loads(line)):
                    yield path, value, name, offset
                offset += len(line)

    @staticmethod
    def leaves(found):
        for key, value in found.items():
            if key == "items":
                for item in value:
                    yield from ((f"$.items[*].{name}", each) for name, each in item.items())
            elif value is not None:
                yield f"$.{key}", value

    def expected(self):
        """(JSON path, kind) -> first file, offset there, last file."""
        seen = {}
        for path, value, name, offset in self.values():
            first = seen.setdefault((path, type(value)), [name, offset, name])
            first[2] = name
        return seen


def columns_of(out):
    schema = json.loads((out / "schema_documentation.json").read_text())
    for table in schema["tables"]:
        for column in table["columns"]:
            yield table, column


def compare(given, out, lost=()):
    """`lost`: files whose content was replaced, with which recorded places may have gone."""
    expected, compared = given.expected(), 0
    for table, column in columns_of(out):
        kind = list if column["type"].startswith("list") else KINDS.get(column["type"])
        want = expected.pop((column["json_path"], kind), [None, None, None])
        files = column["first_file"], column["last_file"]
        first, last = (path and path.rsplit("/", 1)[-1] for path in files)
        found = [first, column["first_offset"], last]
        if column["conflict_of"] is None:
            want[1] = None
        elif lost and found[1] is None:
            want[1] = None
        assert found == want, (table["name"], column["name"])
        if column["conflict_of"]:
            (owner,) = (c for c in table["columns"] if c["name"] == column["conflict_of"])
            assert column["name"] in owner["siblings"]
        compared += found[0] is not None
    assert not expected
    return compared


@pytest.fixture
def run(binary, tmp_path):
    def ingest(*options):
        subprocess.run(
            [binary, "ingest", tmp_path / "in", "--output-dir", tmp_path / "out", *options],
            check=True,
            capture_output=True,
        )
        return tmp_path / "out"

    return ingest


@pytest.mark.parametrize("seed, limit", [(0, "256M"), (1, "0")])
def test_files_are_those_that_a_scan_finds(run, tmp_path, source, seed, limit):
    given = Input(tmp_path / "in", seed)
    given.write("doc_2.ndjson", "doc_3.ndjson", "doc_1.ndjson")
    out = run("--rewrite-limit", limit)
    assert compare(given, out) > 8
    given.write("doc_0.ndjson", "doc_4.ndjson", records=5)
    run("--rewrite-limit", limit)
    assert compare(given, out) > 8
    text = (out / "schema_documentation.json").read_text()
    schema = json.loads((source / "docs/formats/schema_documentation.schema.json").read_text())
    check_against(schema, json.loads(text), schema)
    run("--rewrite-limit", limit)
    assert (out / "schema_documentation.json").read_text() == text


def test_what_was_replaced_counts_no_more(run, tmp_path):
    given = Input(tmp_path / "in", 1)
    given.write("doc_1.ndjson", "doc_2.ndjson", "doc_3.ndjson")
    out = run()
    given.write("doc_2.ndjson", records=41)
    run()
    assert compare(given, out, lost=["doc_2.ndjson"]) > 8
    given.write("doc_1.ndjson", records=42)
    run()
    assert compare(given, out, lost=["doc_1.ndjson"]) > 8


def test_listen_writes_the_same(binary, tmp_path, run):
    given = Input(tmp_path / "in", 7)
    for names in (["doc_1.ndjson", "doc_2.ndjson"], ["doc_3.ndjson"]):
        given.write(*names)
        subprocess.run(
            [binary, "listen", "--input-dir", tmp_path / "in", "--output-dir", tmp_path / "out",
             "--once", "--settle", "0"],
            check=True,
            capture_output=True,
        )
        assert compare(given, tmp_path / "out") > 8


def test_plain_parquet_has_no_files(roost, tmp_path, source):
    roost("ingest", source / "examples/school", "--output-dir", tmp_path / "out", "--no-relate")
    (tmp_path / "plain").mkdir()
    for view in (tmp_path / "out").glob("*.parquet"):
        part = next(view.glob("*.parquet"))
        (tmp_path / "plain" / view.name).write_bytes(part.read_bytes())
    roost("describe", tmp_path / "plain")
    for _, column in columns_of(tmp_path / "plain"):
        assert (column["first_file"], column["last_file"]) == (None, None)
