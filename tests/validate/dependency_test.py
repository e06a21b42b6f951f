"""A column that follows from others: judged by keys while it holds, by SQL where it does not."""

import collections
import json
import os
import random
import time

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

RULES = "tables: {items: {depends: [{name: follows, columns: %s, on: %s}]}}"


def put(path, rows):
    """Rows of a, b and c, as old as a file that nobody is writing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    types = pa.schema({"a": pa.int64(), "b": pa.string(), "c": pa.int64()})
    pq.write_table(pa.Table.from_pylist([dict(zip("abc", row)) for row in rows], types), path)
    os.utime(path, (time.time() - 60, time.time() - 60))


def expected(rows, columns, on):
    """Rows that have all values, and those of them whose value is not the most frequent of its key."""
    place = {name: i for i, name in enumerate("abc")}
    whole = [row for row in rows if all(row[place[c]] is not None for c in columns + on)]
    values = collections.defaultdict(collections.Counter)
    for row in whole:
        values[tuple(row[place[c]] for c in on)][tuple(row[place[c]] for c in columns)] += 1
    return len(whole), sum(sum(counts.values()) - max(counts.values()) for counts in values.values())


def check(roost, out, tested_failed, *more):
    exit_code = 1 if tested_failed[1] else 0
    done = roost("validate", "--output-dir", out, "--json", "--rules", out.parent / "rules.yaml", *more, exit_code=exit_code)
    (rule,) = json.loads(done.stdout)["rules"]
    assert (rule["tested"], rule["failed"]) == tested_failed


@pytest.mark.parametrize("columns,on", [("c", "a"), ("b", "a"), ("c", "b"), ("bc", "a"), ("c", "ab")])
@pytest.mark.parametrize("lacks,breaks", [(0, 0), (0, 0.1), (0.1, 0), (0.1, 0.1)])
def test_it_says_what_counting_says(roost, tmp_path, columns, on, lacks, breaks):
    chance = random.Random(f"{columns} {on} {lacks} {breaks}")

    def some():
        rows = []
        for _ in range(chance.choice([1, 40, 700])):
            a, b = chance.randrange(50), f"b{chance.randrange(9)}"
            if "b" in columns:
                b = f"b{a % 7}"
            key = sum(map(ord, (str(a) if "a" in on else "") + (b if "b" in on else "")))
            row = [a, b, key + (chance.random() < breaks)]
            rows.append([None if chance.random() < lacks else value for value in row])
        return rows

    out = tmp_path / "out"
    (tmp_path / "rules.yaml").write_text(RULES % (list(columns), list(on)))
    rows = []
    for part in range(4):
        rows += (new := some())
        put(out / f"items.parquet/{part}.parquet", new)
        check(roost, out, expected(rows, columns, on))
    check(roost, out, expected(rows, columns, on), "--full")


def test_keys_without_values_do_not_hide_a_second_value(roost, tmp_path):
    """As many pairs as keys, but one key has two values, and another none."""
    (tmp_path / "rules.yaml").write_text(RULES % (["c"], ["a"]))
    put(tmp_path / "out/items.parquet/0.parquet", [(1, "", 1), (1, "", 1), (1, "", 2), (2, "", None)])
    check(roost, tmp_path / "out", (3, 1))


def test_while_it_holds_only_new_parts_are_read(roost, tmp_path):
    out = tmp_path / "out"
    (tmp_path / "rules.yaml").write_text(RULES % (["b"], ["a"]))
    old = out / "items.parquet/1.parquet"
    put(old, [(n, f"b{n % 3}", n) for n in range(500)])
    check(roost, out, (500, 0))
    facts = old.stat()
    content = bytearray(old.read_bytes())
    content[4:-2000] = bytes(len(content) - 2004)  # its footer stays
    old.write_bytes(content)
    os.utime(old, ns=(facts.st_atime_ns, facts.st_mtime_ns))
    put(out / "items.parquet/0.parquet", [(n, f"b{n % 3}", n) for n in range(300, 600)])
    check(roost, out, (800, 0))
