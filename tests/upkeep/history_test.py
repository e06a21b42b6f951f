"""roost schema --history: what changed when, which file brought it, and what may be a rename."""

import json

import pytest


@pytest.fixture
def grow(roost, tmp_path):
    """Each call takes one batch of documents; files are numbered through."""
    folder = tmp_path / "in"
    folder.mkdir()
    count = 0

    def take(*documents):
        nonlocal count
        for document in documents:
            (folder / f"r_{count:03d}.json").write_text(json.dumps(document))
            count += 1
        roost("ingest", folder, "--output-dir", tmp_path / "out", "--no-relate", "--quiet")

    return take


@pytest.fixture
def history(roost, tmp_path):
    return lambda: json.loads(roost("schema", tmp_path / "out", "--history", "--json").stdout)


def told(changes, since=2):
    """(version, table, change, column, type, file's number) of each after the first commit."""
    return [
        (c["version"], c["table"], c["change"], c.get("column"), c.get("type"), c["file"][-8:-5])
        for c in changes
        if c["version"] >= since
    ]


def test_each_change_names_the_file_that_brought_it(grow, history):
    grow({"n": 1, "t": "2026-01-02", "kids": [{"k": 1}]}, {"n": 2, "l": [1]})
    grow({"n": 3}, {"n": 4, "new": True}, {"n": 5, "new": False})
    grow({"n": 6}, {"n": 7}, {"n": 7.5}, {"n": 8.5})
    grow({"n": 9, "t": "2026-01-03"}, {"t": "soon"}, {"l": [1]}, {"l": [2.5]})
    grow({"n": 10}, {"n": "x"}, {"kids": [{"k": 2}, {"k": 3, "more": "m"}]}, {"pets": [{"p": 1}]})
    grow({"n": 11})
    changes = history()["changes"]
    assert [(c["version"], c["table"], c["change"], c.get("count"), c["file"][-8:-5]) for c in changes[:2]] == [
        (1, "kids", "table", 1, "000"),
        (1, "r", "table", 3, "000"),
    ]
    assert told(changes) == [
        (2, "r", "column", "new", "bool", "003"),
        (3, "r", "wider", "n", "double", "007"),
        (4, "r", "wider", "l", "list_double", "012"),
        (4, "r", "wider", "t", "text", "010"),
        (5, "kids", "column", "more", "text", "015"),
        (5, "pets", "table", None, "array", "016"),
        (5, "r", "sibling", "n__text", "text", "014"),
    ]
    assert [c["before"] for c in changes if c["change"] == "wider"] == ["int64", "list_int64", "date YYYY-MM-DD"]
    assert all(1.7e12 < c["time"] < 1e14 for c in changes)


def test_maps_and_overflow_tables_are_told(grow, history):
    grow({"n": 0})
    keys = [{"by": {f"k{i}": i}} for i in range(300)]
    grow(*keys)
    grow({f"c{i:04d}": i for i in range(2100)})
    kinds = {c["table"]: c["type"] for c in history()["changes"] if c["change"] == "table"}
    assert kinds == {"r": "root", "by": "map", "r_overflow": "overflow"}


def test_long_histories_keep_the_latest_changes(grow, history):
    grow({"n": 0})
    grow({f"a{i}": i for i in range(900)})
    grow({f"b{i}": i for i in range(400)})
    changes = history()["changes"]
    assert [c["change"] for c in changes[:3]] == ["table", "earlier", "column"] and len(changes) == 1000
    assert changes[1]["count"] == 302
    assert {c["column"] for c in changes[-400:]} == {f"b{i}" for i in range(400)}


def test_a_column_that_ends_where_another_begins_may_be_a_rename(grow, history, roost, tmp_path):
    def old(n):
        return {"n": n, "score": n / 2, "place": {"town": f"t{n % 7}"}, "stays": "x"}

    def new(n):
        return {"n": n, "points": n / 2, "place": {"city": f"t{n % 7}"}, "stays": "x", "other": "y"}

    grow(*[old(n) for n in range(40)])
    grow(*[old(n) for n in range(40, 50)], *[new(n) for n in range(50, 60)])
    grow(*[new(n) for n in range(60, 90)])
    renames = history()["possible_renames"]
    assert [(r["from"], r["to"], r["version"], r["file"][-8:-5]) for r in renames] == [
        ("score", "points", 2, "050"),
        ("place_town", "place_city", 2, "050"),
    ]
    evidence = "; ".join(renames[1]["evidence"])
    assert "place_town is in 100 % of the 50 rows" in evidence
    assert "place_city is in 100 % of the 40 rows" in evidence
    assert "7 of 7 values" in evidence
    plain = roost("schema", tmp_path / "out", "--history").stdout
    assert "r.points may be score under another name, since commit 2" in plain
    assert "stays" not in plain and "other is new: text" in plain
    # Nothing is done about it.
    columns = json.loads(roost("schema", tmp_path / "out", "--json").stdout)[0]["columns"]
    assert {"score", "points"} <= {c["name"] for c in columns}


@pytest.mark.parametrize(
    "later",
    [
        {"a": 1, "b": 1},  # both go on
        {"b": "text"},  # another type
        {"inner": {"b": 1}},  # elsewhere
    ],
)
def test_what_is_no_rename_is_not_told(grow, history, later):
    grow(*[{"a": n} for n in range(20)])
    grow(*[later for _ in range(20)])
    assert history()["possible_renames"] == []


def test_a_column_that_comes_back_is_no_rename(grow, history):
    grow(*[{"a": n} for n in range(20)])
    grow(*[{"b": n} for n in range(20)])
    assert len(history()["possible_renames"]) == 1
    grow(*[{"a": n} for n in range(20)])
    assert history()["possible_renames"] == []


def test_the_documentation_tells_it_and_stays_the_same(roost, grow, tmp_path):
    grow({"a": 1})
    grow({"a": 1, "b": 2})
    roost("describe", tmp_path / "out")
    first = (tmp_path / "out/DATA_STRUCTURE_README.md").read_text()
    assert "## How they came to be" in first and "commit 2, `r`: b is new: int64" in first
    roost("describe", tmp_path / "out")
    assert (tmp_path / "out/DATA_STRUCTURE_README.md").read_text() == first


def test_one_commit_makes_no_history_in_the_documentation(roost, grow, tmp_path):
    grow({"a": 1})
    roost("describe", tmp_path / "out")
    assert "How they came to be" not in (tmp_path / "out/DATA_STRUCTURE_README.md").read_text()
    plain = roost("schema", tmp_path / "out", "--history").stdout
    assert "began, with 1 column" in plain and "r_000.json" in plain
