"""Runs that add to a store: documents that came in batches come back as they were."""

import json
import random
import subprocess
import time

import pyarrow.parquet as pq
import pytest

WIDE = [{f"c{i}": i for i in range(2100)}]
KEYED = [{"m": {f"k{i}_{j}": j for j in range(9)}} for i in range(60)]

CASES = {
    "a new column": [[{"a": 1}], [{"a": 2, "b": "x"}], [{"b": "y"}]],
    "fractions beside integers": [[{"a": 1}], [{"a": 2.5}, {"a": 3}, {"a": 2**60}, {"a": -0.0}]],
    "integers beside fractions": [[{"a": 1.5}], [{"a": 2**60 + 1}, {"a": 3}, {"a": 10**30}]],
    "integers beyond int64": [[{"a": 1}], [{"a": 10**30}], [{"a": -(10**30)}, {"a": 4}]],
    "no date among dates": [[{"a": "2020-01-02"}], [{"a": "x"}, {"a": "2020-01-03"}], [{"a": "2020-01-04"}]],
    "timestamps of another format": [
        [{"a": "2020-01-02T00:00:00.500000"}],
        [{"a": "2020-01-02T00:00:00"}],
        [{"a": "2020-01-02T00:00:00.1Z"}],
    ],
    "other kinds beside text": [[{"a": "x"}], [{"a": 1}, {"a": True}, {"a": [1, 2]}, {"a": None}]],
    "values after nulls": [[{"a": None}], [{"a": 1}, {"a": "x"}], [{"a": "2020-01-01"}]],
    "an object where a scalar was": [[{"a": 1}], [{"a": {"x": 2}}]],
    "lists of another kind": [[{"a": [1, 2]}], [{"a": [1.5]}, {"a": ["x"]}, {"a": []}, {"a": [None]}]],
    "lists that no double holds, and nulls before them": [
        [{"a": [0.5]}],
        # The fraction ends the row group, so that the empty list is in another than those of numbers.
        [{"b": 2**53 + 1, "a": []}, {"b": 0.5}, {"a": [1000, 2**53 + 1]}, {"a": [None]}, {"a": [2**60]}],
    ],
    "rows where a list was": [[{"a": [1, 2]}, {"a": []}], [{"a": [{"x": 1}]}, {"a": []}]],
    "a map stays one": [KEYED, [{"m": {"z": 1, "k1_1": 2}}]],
    "an object never becomes a map": [[{"m": {"x": 1}}], KEYED],
    "a table that has overflowed": [WIDE, [{f"c{i}": i for i in range(2300)}]],
    "a table that overflows later": [[{f"c{i}": i for i in range(100)}], [{f"d{i}": i for i in range(2300)}]],
    "tables below tables": [[{"s": [{"x": 1}]}], [{"s": [{"x": 2, "y": [{"q": 1}]}]}, {"t": {"u": [1]}}]],
    "names that clash": [[{"a": 1}], [{"A": 2}, {"a_b": 1}, {"a": {"b": 2}}], [{"_roost_id": 5}]],
    "a column that comes back": [[{"a": 1, "b": 2}], [{"a": 3}], [{"a": 4, "b": 5}]],
}


def write(folder, batch, documents):
    folder.mkdir(exist_ok=True)
    for i, document in enumerate(documents):
        (folder / f"t_{batch}{i:03d}.json").write_text(json.dumps(document))


def documents_in(folder):
    return {file.name: json.loads(file.read_text()) for file in folder.rglob("*.json")}


def come_back(roost, tmp_path):
    roost("export", tmp_path / "out", "--output-dir", tmp_path / "back")
    return documents_in(tmp_path / "back")


def check(roost, tmp_path, batches, *more):
    for number, documents in enumerate(batches):
        write(tmp_path / "in", number, documents)
        out = tmp_path / "out"
        roost("ingest", tmp_path / "in", "--output-dir", out, "--no-relate", "--quiet", *more)
    assert come_back(roost, tmp_path) == documents_in(tmp_path / "in")
    roost("verify", tmp_path / "out")  # fails if anything is wrong
    for link in (tmp_path / "out").glob("*.parquet"):
        versions = [pq.read_schema(part).names for part in sorted(link.glob("*.parquet"))]
        assert all(set(names) <= set(versions[0]) for names in versions), "the first part has all columns"


@pytest.mark.parametrize("name", CASES)
def test_batches_come_back(roost, tmp_path, name):
    check(roost, tmp_path, CASES[name])


@pytest.mark.parametrize("name", CASES)
def test_batches_come_back_from_tables_too_large_to_be_written_anew(roost, tmp_path, name):
    check(roost, tmp_path, CASES[name], "--rewrite-limit", "0MB")


def value(random_, depth=0):
    kind = random_.random()
    if depth > 2 or kind < 0.5:
        scalars = [1, 2.5, True, None, "x", "2020-01-01", 2**60, 10**25, -0.0]
        lists = [[1], [], ["a", None], [1.5, 2], [True], [1, "a"]]
        return random_.choice(scalars + lists)
    if kind < 0.8:
        return {random_.choice("abcd"): value(random_, depth + 1) for _ in range(random_.randint(0, 4))}
    return [{random_.choice("xyz"): value(random_, depth + 1)} for _ in range(random_.randint(0, 3))]


@pytest.mark.parametrize("seed", range(6))
def test_random_batches_come_back(roost, tmp_path, seed):
    random_ = random.Random(seed)

    def document():
        return {key: value(random_) for key in "abc" if random_.random() < 0.8}

    check(roost, tmp_path, [[document() for _ in range(random_.randint(1, 6))] for _ in range(random_.randint(2, 5))])


def ingest(roost, tmp_path):
    run = roost("ingest", tmp_path / "in", "--output-dir", tmp_path / "out", "--no-relate", "--json")
    return json.loads(run.stdout)


def test_files_that_were_taken_are_skipped(roost, tmp_path):
    write(tmp_path / "in", 0, [{"a": 1}, {"a": 2}])
    ingest(roost, tmp_path)
    write(tmp_path / "in", 1, [{"a": 1}])
    second = ingest(roost, tmp_path)
    assert (second["files"]["taken"], second["files"]["known"]) == (1, 2)
    third = ingest(roost, tmp_path)
    assert (third["files"]["taken"], third["files"]["known"], third["tables"]) == (0, 3, [])
    assert pq.read_table(tmp_path / "out/t.parquet").num_rows == 3


def test_a_file_that_was_only_touched_is_skipped(roost, tmp_path):
    write(tmp_path / "in", 0, [{"a": 1}])
    ingest(roost, tmp_path)
    write(tmp_path / "in", 0, [{"a": 1}])
    assert ingest(roost, tmp_path)["files"]["known"] == 1


def test_a_changed_file_replaces_its_rows_and_rejects(roost, tmp_path):
    write(tmp_path / "in", 0, [{"a": 1, "s": [{"x": 1}]}, {"a": 2, "s": [{"x": 2}, {"x": 3}]}])
    (tmp_path / "in/t_0002.json").write_text('{"a":3}\n{"a":')
    assert ingest(roost, tmp_path)["reject_count"] == 1
    write(tmp_path / "in", 0, [{"a": "new"}])
    (tmp_path / "in/t_0002.json").write_text('{"a":3}\n{"a":4}')
    second = ingest(roost, tmp_path)
    assert (second["files"]["replaced"], second["files"]["known"]) == (2, 1)
    assert sorted(pq.read_table(tmp_path / "out/s.parquet", columns=["x"])["x"].to_pylist()) == [2, 3]
    assert not list((tmp_path / "out").glob("_roost_quarantine.parquet"))
    run = roost("query", tmp_path / "out", "SELECT count(*) n FROM t", "--format", "json")
    assert json.loads(run.stdout) == [{"n": 4}]
    back = tmp_path / "back"
    roost("export", tmp_path / "out", "--output-dir", back)
    assert (back / "in/t_0002.json").exists() or list(back.rglob("t_0002.json"))


def test_overwrite_begins_anew(roost, tmp_path):
    write(tmp_path / "in", 0, [{"a": 1}])
    ingest(roost, tmp_path)
    roost("ingest", tmp_path / "in", "--output-dir", tmp_path / "out", "--overwrite", "--quiet")
    assert pq.read_table(tmp_path / "out/t.parquet").num_rows == 1


def two_writers_one_killed(binary, tmp_path, random_):
    command = [binary, "ingest", tmp_path / "in", "--output-dir", tmp_path / "out", "--no-relate", "--quiet"]
    one, other = (subprocess.Popen(command, stderr=subprocess.PIPE) for _ in range(2))
    time.sleep(random_.random() * 0.12)
    one.kill()
    one.communicate()
    _, message = other.communicate(timeout=60)
    assert other.returncode == 0, message


def test_two_first_runs_into_one_folder_both_count(roost, binary, tmp_path):
    for number in range(8):
        for half in ("a", "b"):
            write(tmp_path / f"{half}{number}", f"{half}{number}", [{"half": half}] * 20)
        out = tmp_path / f"out{number}"
        runs = [
            subprocess.Popen(
                [binary, "ingest", tmp_path / f"{half}{number}", "--output-dir", out, "--no-relate", "--quiet"],
                stderr=subprocess.PIPE,
            )
            for half in ("a", "b")
        ]
        for run in runs:
            assert run.communicate(timeout=60)[1] == b""
            assert run.returncode == 0
        rows = pq.read_table(out / "t.parquet").column("half").to_pylist()
        assert sorted(rows) == ["a"] * 20 + ["b"] * 20
    assert not [name for name in tmp_path.iterdir() if name.name.startswith(".")]


@pytest.mark.parametrize("rounds", [8, pytest.param(300, marks=pytest.mark.slow)])
def test_a_killed_writer_loses_nothing_and_doubles_nothing(roost, binary, tmp_path, rounds):
    random_ = random.Random(rounds)
    write(tmp_path / "in", 0, [{"a": 1}])
    ingest(roost, tmp_path)
    for i in range(1, rounds + 1):
        write(tmp_path / "in", i, [{"a": random_.choice([1, "x", 2.5]), f"n{i % 7}": [{"q": i}]}])
        if i % 3 == 0:
            write(tmp_path / "in", 0, [{"a": i}])
        two_writers_one_killed(binary, tmp_path, random_)
    ingest(roost, tmp_path)
    assert come_back(roost, tmp_path) == documents_in(tmp_path / "in")
    assert not list((tmp_path / "out/_roost/writers").iterdir())
    assert not list((tmp_path / "out").glob(".*")), "nothing private is left"
