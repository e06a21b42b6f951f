"""The same data, rules and history give the same reports, to the byte, however they are judged."""

import json
import os
import random
import shutil
import subprocess
import time

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

REPORTS = ("data_quality_report.json", "QUALITY_REPORT.md", "quality_report.html")
STATE = ("failures", "validate", "runs", "suggested", "validations.json")  # what validations leave in _roost
WAYS = {
    "again": (),
    "one thread": ("--threads", 1),
    "two threads": ("--threads", 2),
    "more threads than cores": ("--threads", 7),
    "full": ("--full",),
    "full, one thread": ("--full", "--threads", 1),
    "full, little memory": ("--full", "--threads", 3, "--memory", "64MB"),
}

RULES = """\
tables:
  results:
    key: result
    columns:
      day: {drift: 0.01, type: integer, range: [0, 300]}
      size: {drift: 0.01, null_share: 0.5}
      kind: {drift: 0.01, set: [red, green, blue]}
    capacity:
      - {count: items, by: box, key: box, max: seats, utilization: 0.9}
    references:
      - {columns: last, table: results, key: result}
  items:
    unique: [[number]]
    columns:
      number: {range: [0, null], required: true, drift: 0.01}
      amount: {range: [-10, 10], drift: 0.01}
      code: {pattern: "[A-Z]-[0-9]+", length: [3, 6]}
    rules:
      - {name: product, holds: number * 2 >= 0}
      - {name: known boxes, sql: SELECT * FROM items WHERE box NOT IN (SELECT box FROM results)}
    depends: [{columns: code, on: [number]}]
    references:
      - {columns: box, table: results, key: box}
"""


def documents(first, count):
    """Results with items, where about one in a hundred keeps no rule, or is strange."""
    for i in range(first, first + count):
        chance = random.Random(i)
        items = []
        for number in range(12):
            odd = chance.random() < 0.01
            amount = chance.gauss(0, 3)
            items.append(
                {
                    "number": chance.choice([None, 5, -1]) if odd else 100 * i + number,
                    "amount": amount,
                    "twice": 2 * amount + (40 if chance.random() < 0.0005 else chance.gauss(0, 0.1)),
                    "code": "none" if odd else f"{chance.choice('ABC')}-{chance.randrange(5000)}",
                    "box": i + 100_000 if odd else i,
                }
            )
        size = chance.lognormvariate(3, 1)
        yield {
            "result": i,
            "last": i + 5_000_000 if i % 90 == 0 else i,
            "box": i,
            "seats": chance.randrange(8, 16),
            "day": i // 10 + chance.randrange(30),
            "size": None if chance.random() < 0.1 else "?" if chance.random() < 0.01 else size,
            "kind": chance.choice(["red", "green", "blue", "blue", "grey"]),
            "items": items,
        }


def runner(binary):
    def run(*arguments, exit_code=0, cwd=None):
        done = subprocess.run([binary, *map(str, arguments)], cwd=cwd, capture_output=True, text=True, timeout=120)
        assert done.returncode == exit_code, f"{arguments}: {done.returncode}\n{done.stdout}{done.stderr}"
        return done

    return run


def ingest(roost, folder, first, count):
    inputs = folder / f"in{first}"
    inputs.mkdir(parents=True)
    lines = "".join(json.dumps(document) + "\n" for document in documents(first, count))
    (inputs / "results.ndjson").write_text(lines)
    roost("ingest", f"in{first}", "--output-dir", "out", cwd=folder)


def age_all(folder):
    """As old as files that nobody is writing."""
    for path in folder.rglob("*.parquet"):
        if path.is_file():
            os.utime(path, (time.time() - 60, time.time() - 60))


class Judged:
    """A folder, an output in it, and its state: each run begins anew from there."""

    def __init__(self, roost, folder):
        self.roost, self.folder, self.out = roost, folder, folder / "out"
        self.state, self.kept = self.out / "_roost", folder / "kept"
        self.kept.mkdir()
        for name in STATE:
            copy(self.state / name, self.kept / name)

    def run(self, *arguments, rules="rules.yaml"):
        """The bytes of the reports, and of all rows that failed."""
        for name in STATE:
            copy(self.kept / name, self.state / name)
        judge(self.roost, self.folder, *arguments, rules=rules)
        files = [self.out / name for name in REPORTS]
        files += sorted((self.state / "failures").glob("*.parquet"))
        return {file.name: file.read_bytes() for file in files}


def copy(path, to):
    if to.is_dir():
        shutil.rmtree(to)
    elif to.exists():
        to.unlink()
    if path.is_dir():
        shutil.copytree(path, to)
    elif path.exists():
        shutil.copy2(path, to)


def judge(roost, folder, *arguments, rules="rules.yaml"):
    own = ("--rules", rules) if rules else ()
    roost("validate", "--output-dir", "out", *own, *arguments, cwd=folder, exit_code=1)


def differing(one, other):
    """Names, and where the first differing byte is."""
    found = {name: "only one has it" for name in one.keys() ^ other.keys()}
    for name in one.keys() & other.keys():
        if one[name] != other[name]:
            at = len(os.path.commonprefix([one[name], other[name]]))
            found[name] = (at, one[name][max(0, at - 200) : at + 50], other[name][at : at + 50])
    return found


def holds_all(reports, rules):
    """Whether the report has what could differ: strange rows, drifts, rows that fail each rule."""
    report = json.loads(reports["data_quality_report.json"])
    drifts = [rule for rule in report["rules"] if rule["kind"] == "drift"]
    assert report["anomaly_count"] > 0 and report["run"] > 1
    assert len(drifts) == rules.count("drift") and all(rule["drift"]["distance"] > 0 for rule in drifts)
    for kind in ("reference", "unique", "capacity", "pattern", "range", "sql"):
        assert any(rule["kind"] == kind and rule["failed"] for rule in report["rules"]), kind
    return True


@pytest.fixture(scope="module")
def store(binary, tmp_path_factory):
    """Of four batches, the first three judged."""
    folder = tmp_path_factory.mktemp("store")
    roost = runner(binary)
    (folder / "rules.yaml").write_text(RULES)
    for first in (0, 500, 1000):
        ingest(roost, folder, first, 500)
    judge(roost, folder)
    ingest(roost, folder, 1500, 200)
    judged = Judged(roost, folder)
    return judged, judged.run()


@pytest.fixture(scope="module")
def plain(binary, tmp_path_factory):
    """Parts of several row groups, no store, so large that threads share a table; one part came
    after the first run."""
    folder = tmp_path_factory.mktemp("plain")
    roost = runner(binary)
    (folder / "rules.yaml").write_text(RULES)
    for part in range(4):
        put_parts(folder / "out", part)
        if part == 2:
            judge(roost, folder)
    judged = Judged(roost, folder)
    return judged, judged.run()


PLAIN = {
    "results": """SELECT i AS result, CASE WHEN i % 90 = 0 THEN i + 5000000 ELSE i END AS last, i AS box,
        90 + chance(i, 0) % 20 AS seats, i // 100 + chance(i, 1) % 30 AS day,
        CASE WHEN chance(i, 2) % 10 > 0 THEN exp(3 + (chance(i, 3) % 1000) / 500) END AS size,
        ['red', 'green', 'blue', 'blue', 'grey'][1 + chance(i, 4) % 5] AS kind
        FROM range({first} // 100, {end} // 100) r(i)""",
    "items": """SELECT CASE WHEN is_odd THEN [NULL, 5, -1][1 + chance(i, 5) % 3] ELSE i END AS number, amount,
        2 * amount + CASE WHEN chance(i, 6) % 5000 = 0 THEN 40 ELSE (chance(i, 7) % 100) / 500 END AS twice,
        CASE WHEN is_odd THEN 'none' ELSE chr((65 + chance(i, 8) % 3)::INT) || '-' || chance(i, 9) % 5000 END AS code,
        CASE WHEN is_odd THEN i + 10000000 ELSE i // 100 END AS box
        FROM (SELECT i, chance(i, 10) % 100 = 0 AS is_odd,
                     sqrt(-2 * ln((1 + chance(i, 11) % 1000000) / 1000001)) * cos(chance(i, 12) % 628 / 100) * 3 AS amount
              FROM range({first}, {end}) r(i))""",
}


def put_parts(out, part):
    """Of row groups that take their time, and some that do not."""
    for table, query in PLAIN.items():
        path = out / f"{table}.parquet/{part}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        query = query.format(first=90_000 * part, end=90_000 * (part + 1))
        database = duckdb.connect()
        database.sql("CREATE MACRO chance(i, of) AS (hash(i, of) % 1000003)::BIGINT")
        rows = database.sql(f"{query} ORDER BY i").to_arrow_table()
        with pq.ParquetWriter(path, rows.schema) as writer:
            for begin in range(0, len(rows), len(rows) // 3):
                third = rows.slice(begin, len(rows) // 3)
                writer.write_table(third.slice(0, len(third) - 50))
                writer.write_table(third.slice(len(third) - 50))
    age_all(out)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("kind", ["store", "plain"])
def test_every_way_to_judge_gives_the_same_bytes(request, kind, way):
    judged, first = request.getfixturevalue(kind)
    assert holds_all(first, RULES)
    assert differing(judged.run(*WAYS[way]), first) == {}


@pytest.mark.parametrize("kind", ["store", "plain"])
def test_rules_made_from_the_data_are_the_same_on_any_number_of_threads(request, kind):
    judged, _ = request.getfixturevalue(kind)
    first = judged.run("--threads", 1, rules=None)
    assert differing(judged.run("--threads", 7, rules=None), first) == {}


@pytest.mark.parametrize("kind", ["store", "plain"])
def test_a_copy_elsewhere_gives_the_same_reports(request, tmp_path, kind):
    judged, first = request.getfixturevalue(kind)
    other = tmp_path / "other"
    shutil.copytree(judged.folder, other, symlinks=True, ignore=shutil.ignore_patterns("kept"))
    copied = Judged(judged.roost, other)
    shutil.rmtree(copied.kept)
    copied.kept = judged.kept
    again = copied.run()
    assert again.keys() == first.keys()
    for name in REPORTS:  # other files may hold the folder's name where it cannot be taken out
        here, there = (str(folder).encode() for folder in (judged.folder, other))
        assert again[name].replace(there, b"") == first[name].replace(here, b""), name


def test_failing_rows_of_an_own_query_keep_the_order_that_it_asks_for(roost, tmp_path):
    rules = "rules: [{name: all, sql: 'SELECT number FROM items /* ( */ ORDER  by number DESC'}, "
    rules += "{name: none, sql: 'SELECT number, row_number() OVER (ORDER BY number DESC) AS n FROM items'}]"
    (tmp_path / "rules.yaml").write_text(rules)
    (tmp_path / "out").mkdir()
    pq.write_table(pa.table({"number": [3, 1, 2]}), tmp_path / "out/items.parquet")
    judge(roost, tmp_path)
    failures = tmp_path / "out/_roost/failures"
    assert pq.read_table(failures / "all.parquet")["number"].to_pylist() == [3, 2, 1]
    assert pq.read_table(failures / "none.parquet")["number"].to_pylist() == [1, 2, 3]
