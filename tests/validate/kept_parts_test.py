"""What roost validate keeps of a table's parts: a run that uses it says the same as a full one."""

import json
import os
import random
import re
import shutil
import time

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

RULES = """\
tables:
  items:
    columns:
      n: {required: true, range: [0, 990], drift: 0.5}
      amount: {range: [0, 1000]}
      code: {pattern: "[A-Z][0-9]+", length: [1, 5], set: [A1, A2, A3, B1, B22, C333]}
      extra: {range: [0, 5], required: true}
    rules:
      - {name: below, holds: amount < 990}
      - {name: product, holds: n * 2 >= 0}
      - {name: twice, holds: amount * 2 < 1900 OR n > 3}
      - {name: often, holds: n <= (SELECT max(id) FROM parents)}
    references:
      - {columns: n, table: parents, key: id}
      - {columns: code, table: parents, key: code}
      - {columns: [n, code], table: parents, key: [id, code]}
    unique: [[n], [extra], [n, code]]
  parents:
    key: id
    capacity:
      - {count: items, by: n, key: id, max: seats, utilization: 0.9}
      - {name: codes, count: items, by: code, key: code, between: [0, 40]}
"""


def put(path, seed, rows, has_extra=True):
    """A part of made-up rows, as old as a file that nobody is writing."""
    chance = random.Random(seed)
    values = {
        "n": [chance.choice([None, chance.randrange(1000)]) for _ in range(rows)],
        "amount": [chance.random() * 1001 for _ in range(rows)],
        "code": [chance.choice(["A1", "A2", "A3", "B1", "b", "", f"C{chance.randrange(10**6)}", None]) for _ in range(rows)],
    }  # fmt: skip
    if has_extra:
        values["extra"] = [chance.randrange(7) for _ in range(rows)]
    types = {"n": pa.int64(), "amount": pa.float64(), "code": pa.string(), "extra": pa.int64()}
    schema = pa.schema([(name, types[name]) for name in values])
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table(values, schema), path, row_group_size=max(1, rows // 3))
    age(path)


def put_parents(path, seed):
    chance = random.Random(seed)
    path.parent.mkdir(parents=True, exist_ok=True)
    ids = chance.sample(range(2000), 400)
    seats = [chance.choice([None, 0, 1, 2, 3, 50]) for _ in ids]
    codes = [chance.choice([None, "A1", "A2", "B1", "x", f"C{chance.randrange(10**6)}"]) for _ in ids]
    types = {"id": pa.int64(), "seats": pa.int64(), "code": pa.string()}
    pq.write_table(pa.table({"id": ids, "seats": seats, "code": codes}, pa.schema(types)), path)
    age(path)


def age(path, seconds=60):
    os.utime(path, (time.time() - seconds, time.time() - seconds))


def said(out):
    """All that a run wrote for people, byte by byte, but for the time at which it ran."""
    files = [p for p in out.rglob("*") if p.is_file() and p.suffix != ".kept"]
    return {
        str(p.relative_to(out)): re.sub(rb'"seconds":\d+', b"", p.read_bytes())
        for p in files
        if p.parent == out or "failures" in p.parts or p.name == "validations.json"
    }


def both_ways(roost, out, rules):
    """Validates in full, then, from the same start, with what is kept; the files of each."""
    before = out.parent / "before"
    state = out / "_roost"
    shutil.rmtree(before, ignore_errors=True)
    if state.exists():
        shutil.copytree(state, before)
    judge(roost, out, rules, "--full")
    full = said(out)
    if state.exists():
        for name in ("failures", "validations.json", "validate"):
            shutil.rmtree(state / name) if (state / name).is_dir() else (state / name).unlink()
            if (before / name).is_dir():
                shutil.copytree(before / name, state / name)
            elif (before / name).exists():
                shutil.copy2(before / name, state / name)
    judge(roost, out, rules)
    return full, said(out)


def judge(roost, out, rules, *more, exit_code=1):
    return roost("validate", "--output-dir", out, "--rules", rules, *more, exit_code=exit_code)


def kept(out):
    return sorted((out / "_roost/validate").glob("*.kept"))


@pytest.fixture
def rules(tmp_path):
    path = tmp_path / "rules.yaml"
    path.write_text(RULES)
    return path


@pytest.mark.parametrize("seed", [0, 1, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(2, 12))])
def test_any_history_of_plain_parts_gives_the_bytes_of_a_full_run(roost, tmp_path, rules, seed):
    chance = random.Random(seed)
    out = tmp_path / "out"
    if seed % 2 == 1:  # children of a capacity then count as they come
        rules.write_text(re.sub("    unique: .*\n", "", RULES))
    folder = out / "items.parquet"
    put(folder / "m.parquet", seed, 500)
    parents = out / "parents.parquet"
    put_parents(parents / "0.parquet", seed)
    judge(roost, out, rules)
    for step in range(3):
        parts = sorted(folder.glob("*.parquet"))
        for _ in range(chance.randrange(1, 4)):
            what = chance.choice(["append", "append", "replace", "remove", "parents"])
            name = f"{chance.choice('abmxyz')}{step}{chance.randrange(100)}.parquet"
            rows = chance.choice([1, 7, 300, 2000])
            if what == "parents":
                put_parents(parents / f"{chance.randrange(3)}.parquet", chance.random())
            elif what == "append":
                put(folder / name, chance.random(), rows)
            elif what == "replace":
                put(chance.choice(parts), chance.random(), rows)
            elif len(parts) > 1:
                chance.choice(parts).unlink(missing_ok=True)
                parts = sorted(folder.glob("*.parquet")) or parts
        if not list(folder.glob("*.parquet")):
            put(folder / "m.parquet", step, 100)
        full, quick = both_ways(roost, out, rules)
        assert quick == full
        assert len(kept(out)) == len(list(out.glob("*.parquet/*.parquet")))


def test_a_store_that_grows_and_changes_gives_the_bytes_of_a_full_run(roost, tmp_path):
    chance = random.Random(5)
    inputs, out = tmp_path / "in", tmp_path / "out"
    inputs.mkdir()
    rules = tmp_path / "rules.yaml"
    rules.write_text(
        "missing: empty\ntables:\n  result:\n    columns:\n      n: {range: [0, 90], required: true}\n"
        "      late: {set: [a, b]}\n  items:\n    columns:\n      code: {pattern: '[a-f]'}\n"
    )

    def write(name):
        record = {"n": chance.choice([None, chance.randrange(100), "text", 1.5])}
        record["items"] = [{"code": chance.choice("abcdefg")} for _ in range(chance.randrange(5))]
        if chance.random() < 0.2:
            record["late"] = chance.choice("abc")
        (inputs / name).write_text(json.dumps(record))

    for step in range(3):
        for _ in range(15):
            write(f"result_{chance.randrange(60)}.json")
        roost("ingest", inputs, "--output-dir", out)
        full, quick = both_ways(roost, out, rules)
        assert quick == full, step


def test_only_new_parts_are_read(roost, tmp_path):
    out, rules = tmp_path / "out", tmp_path / "rules.yaml"
    rules.write_text("tables: {items: {columns: {n: {range: [0, 2000]}}}}\n")
    old = out / "items.parquet/old.parquet"
    put(old, 1, 3000)
    before = json.loads(judge(roost, out, rules, "--json", exit_code=0).stdout)
    ruin(old)
    put(out / "items.parquet/new.parquet", 2, 30)
    after = json.loads(judge(roost, out, rules, "--json", exit_code=0).stdout)
    assert after["rules"][0]["tested"] > before["rules"][0]["tested"]
    roost("validate", "--output-dir", out, "--rules", rules, "--full", exit_code=3)


def test_rows_that_fail_or_are_strange_in_parts_seen_before_are_not_looked_up_again(roost, tmp_path):
    out, rules = tmp_path / "out", tmp_path / "rules.yaml"
    rules.write_text(
        "tables: {items: {columns: {n: {range: [3, null]}}, "
        "references: [{columns: n, table: parents, key: id}]}}\n"
    )
    chance = random.Random(2)

    def put_items(name, rows, first):
        size = [chance.gauss(50, 8) for _ in range(rows)]
        weight = [2 * value + chance.gauss(0, 1) for value in size]
        size[rows // 2], weight[rows // 2] = 110.0 + first / 1000, -40.0 - first / 1000
        path = out / f"items.parquet/{name}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        numbers = [first + i % 1000 for i in range(rows)]
        pq.write_table(pa.table({"n": numbers, "size": size, "weight": weight}), path, row_group_size=9000)
        age(path)
        return path

    old = put_items("m", 40_000, 0)
    pq.write_table(pa.table({"id": pa.array(range(990), pa.int64())}), out / "parents.parquet")
    age(out / "parents.parquet")
    before = json.loads(judge(roost, out, rules, "--json").stdout)
    ruin(old)
    put_items("a", 300, 700)  # stands in front of the old part, and has orphans of its own
    after = json.loads(judge(roost, out, rules, "--json").stdout)
    assert [rule["failed"] for rule in before["rules"]] == [400, 120]
    assert [rule["failed"] for rule in after["rules"]] == [400 + 10, 120]
    assert (before["rules"][0]["orphan_keys"], after["rules"][0]["orphan_keys"]) == (10, 10)
    strange = {str(old): 20_000}
    assert {row["row"]["file"]: row["row"]["record"] for row in before["anomalies"]} == strange
    strange[str(out / "items.parquet/a.parquet")] = 150
    assert {row["row"]["file"]: row["row"]["record"] for row in after["anomalies"]} == strange
    roost("validate", "--output-dir", out, "--rules", rules, "--full", exit_code=3)


def ruin(path):
    """Overwrites the pages of a part, so that whoever reads them notices; its footer stays."""
    status = path.stat()
    footer = pq.read_metadata(path)
    end = footer.row_group(footer.num_row_groups - 1).column(footer.row_group(0).num_columns - 1)
    begin = end.dictionary_page_offset or end.data_page_offset
    with path.open("r+b") as file:
        file.seek(4)
        file.write(b"\xff" * (begin + end.total_compressed_size - 4))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def test_a_new_rule_reads_only_its_columns(roost, tmp_path):
    out, rules = tmp_path / "out", tmp_path / "rules.yaml"
    rules.write_text("tables: {items: {columns: {n: {range: [0, 2000]}}}}\n")
    put(out / "items.parquet", 1, 3000)
    judge(roost, out, rules, exit_code=0)
    rules.write_text("tables: {items: {columns: {n: {range: [0, 2000]}, amount: {range: [0, 1]}}}}\n")
    full, quick = both_ways(roost, out, rules)
    assert quick == full


@pytest.mark.parametrize("harm", ["empty", "flip", "cut", "other"])
def test_what_is_damaged_counts_as_not_there(roost, tmp_path, rules, harm):
    out = tmp_path / "out"
    put_parents(out / "parents.parquet", 1)
    for name in ("a", "b"):
        put(out / f"items.parquet/{name}.parquet", name, 400)
    judge(roost, out, rules)
    one, two, _ = kept(out)
    good = one.read_bytes()
    bad = bytearray(good)
    bad[len(bad) // 2] ^= 1
    one.write_bytes({"empty": b"", "flip": bytes(bad), "cut": good[:-9], "other": two.read_bytes()}[harm])
    full, quick = both_ways(roost, out, rules)
    assert quick == full
    assert one.read_bytes() == good


def test_a_part_that_has_just_changed_is_not_kept(roost, tmp_path, rules):
    out = tmp_path / "out"
    put_parents(out / "parents.parquet", 1)
    path = out / "items.parquet/a.parquet"
    put(path, 1, 100)
    os.utime(path, (time.time() + 5, time.time() + 5))
    judge(roost, out, rules)
    assert len(kept(out)) == 1
    age(path)
    judge(roost, out, rules)
    assert len(kept(out)) == 2


def test_without_files_nothing_is_kept(roost, tmp_path, rules):
    out = tmp_path / "out"
    put_parents(out / "parents.parquet", 1)
    put(out / "items.parquet", 1, 100)
    judge(roost, out, rules, "--no-files")
    assert not (out / "_roost").exists()


def test_one_rule_alone_does_not_forget_the_others(roost, tmp_path, rules):
    out = tmp_path / "out"
    put_parents(out / "parents.parquet", 1)
    put(out / "items.parquet", 1, 100)
    judge(roost, out, rules)
    before = [path.read_bytes() for path in kept(out)]
    judge(roost, out, rules, "--only", "pattern")
    assert [path.read_bytes() for path in kept(out)] == before


def test_explain_says_what_is_read_in_full_each_time(roost, tmp_path, rules):
    out = tmp_path / "out"
    put_parents(out / "parents.parquet", 1)
    put(out / "items.parquet", 1, 100)
    plan = roost("validate", "--output-dir", out, "--rules", rules, "--explain").stdout
    native, by_sql = plan.split("one query over items, 100 rows, later only over new parts:\n")
    by_sql, in_full = by_sql.split("one query over items, 100 rows, each time in full:\n")
    assert native.startswith("one pass over items, 100 rows, later only over new parts:\n")
    assert "items.n.range" in native and "below" in native
    assert "product" in by_sql and "below" not in by_sql
    assert "often" in in_full and "often" not in by_sql
    assert "by the keys of its parts, later only of new ones; rows that fail by SQL:\n  items.n.reference" in in_full


def test_late_parents_heal_orphans_of_parts_that_are_not_read_again(roost, tmp_path):
    out, rules = tmp_path / "out", tmp_path / "rules.yaml"
    rules.write_text("tables: {items: {references: [{columns: n, table: parents, key: id}]}}\n")
    put(out / "items.parquet/old.parquet", 1, 3000)
    put_parents(out / "parents.parquet/1.parquet", 1)
    before = json.loads(judge(roost, out, rules, "--json").stdout)["rules"][0]
    assert before["failed"] > 500 and before["orphan_keys"] > 300
    ruin(out / "items.parquet/old.parquet")
    late = out / "parents.parquet/2.parquet"
    pq.write_table(pa.table({"id": pa.array(range(1000), pa.int64())}), late)
    age(late)
    after = json.loads(judge(roost, out, rules, "--json", exit_code=0).stdout)["rules"][0]
    assert (after["failed"], after["orphan_keys"], after["healed"]) == (0, 0, before["failed"])
    assert after["healed_keys"] == before["orphan_keys"] and len(after["healed_values"]) == 10
    changes = json.loads((out / "data_quality_report.json").read_text())["changes"]
    assert any(f"{before['orphan_keys']} keys came since the last run" in change for change in changes)
    assert after["tested"] == before["tested"]
    late.unlink()
    (out / "parents.parquet/1.parquet").unlink()
    put(out / "items.parquet/old.parquet", 1, 3000)
    put_parents(out / "parents.parquet/1.parquet", 1)
    again = json.loads(judge(roost, out, rules, "--json").stdout)["rules"][0]
    assert (again["failed"], again["orphan_keys"]) == (before["failed"], before["orphan_keys"])


def test_keys_of_texts_and_of_several_columns_and_conditions_need_new_parts_only(roost, tmp_path):
    out, rules = tmp_path / "out", tmp_path / "rules.yaml"
    rules.write_text(
        """tables:
  items:
    rules:
      - {name: sum, holds: "a + b < 10"}
    references:
      - {columns: code, table: parents, key: code}
      - {columns: [a, code], table: parents, key: [a, code]}
    unique: [[b, code]]
  parents:
    unique: [code]
    capacity:
      - {count: items, by: code, key: code, max: seats, utilization: 0.9}
"""
    )

    def put_items(name, rows):
        path = out / f"items.parquet/{name}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        codes = [f"key {i % 50}" for i in rows]
        pq.write_table(pa.table({"a": [i % 2 for i in rows], "b": [i // 50 for i in rows], "code": codes}), path)
        age(path)
        return path

    def judged():
        said = json.loads(judge(roost, out, rules, "--json").stdout)
        return {rule["name"]: (rule["tested"], rule["failed"], rule.get("orphan_keys")) for rule in said["rules"]}

    old = put_items("m", range(500))
    parents = out / "parents.parquet"
    codes = [f"key {i}" for i in range(45)]
    pq.write_table(pa.table({"a": [i % 2 for i in range(45)], "code": codes, "seats": [12] * 45}), parents)
    age(parents)
    before = judged()
    assert before == {
        "items.sum": (500, 25, None),
        "items.code.reference": (500, 50, 5),
        "items.a+code.reference": (500, 50, 5),
        "items.b+code.unique": (500, 0, None),
        "parents.code.unique": (45, 0, None),
        "parents.items.capacity": (45, 0, None),
    }
    ruin(old)
    put_items("a", range(500, 560))
    after = judged()
    assert after == {
        "items.sum": (560, 25 + 60, None),
        "items.code.reference": (560, 50 + 5, 5),
        "items.a+code.reference": (560, 50 + 5, 5),
        "items.b+code.unique": (560, 0, None),
        "parents.code.unique": (45, 0, None),
        "parents.items.capacity": (45, 45, None),
    }
    roost("validate", "--output-dir", out, "--rules", rules, "--full", exit_code=3)


@pytest.mark.parametrize("how", ["key: n", "unique: [n]"])
@pytest.mark.parametrize("values", [[3, 1, 2], [3, 1, None], [3, 1, 3], [None, None, 1, 1, 2], [None], []])
def test_keys_say_of_unique_keys_what_sql_says(roost, tmp_path, how, values):
    out, rules = tmp_path / "out", tmp_path / "rules.yaml"
    rules.write_text(f"tables: {{items: {{{how}}}}}\n")
    (out / "items.parquet").mkdir(parents=True)
    for part in ("a", "b"):
        pq.write_table(pa.table({"n": pa.array(values if part == "a" else [9], pa.int64())}), out / f"items.parquet/{part}.parquet")
    fails = any(value is None for value in values) if how == "key: n" else False
    fails = fails or len(set(values) - {None}) < len([value for value in values if value is not None])
    rule = json.loads(judge(roost, out, rules, "--json", exit_code=int(fails)).stdout)["rules"][0]
    there = [value for value in values if value is not None]
    twice = len(there) - len(set(there))
    missing = len(values) - len(there)
    is_key = how.startswith("key")
    assert rule["tested"] == 1 + (len(values) if is_key else len(there))
    assert rule["failed"] == twice + (missing if is_key else 0)


def test_keys_say_of_references_what_duckdb_says(roost, tmp_path):
    out, rules = tmp_path / "out", tmp_path / "rules.yaml"
    rules.write_text("tables: {items: {references: [{columns: n, table: parents, key: id}]}}\n")
    ends = [2**63 - 1, -(2**63), 0, -1, None, 5, 5]
    (out / "items.parquet").mkdir(parents=True)
    pq.write_table(pa.table({"n": pa.array(ends * 3, pa.int64())}), out / "items.parquet/a.parquet", row_group_size=4)
    pq.write_table(pa.table({"n": pa.array([7, None], pa.int64())}), out / "items.parquet/b.parquet")
    pq.write_table(pa.table({"id": pa.array([0, 7, 2**63 - 1, 7, None], pa.int64())}), out / "parents.parquet")
    rule = json.loads(judge(roost, out, rules, "--json").stdout)["rules"][0]
    said = duckdb.sql(
        f"SELECT count(n), count(*) FILTER (id IS NULL AND n IS NOT NULL), count(DISTINCT n) FILTER (id IS NULL) "
        f"FROM read_parquet('{out}/items.parquet/*.parquet') LEFT JOIN "
        f"(SELECT DISTINCT id FROM read_parquet('{out}/parents.parquet')) ON n = id"
    ).fetchall()
    assert [(rule["tested"], rule["failed"], rule["orphan_keys"])] == said
    rules.write_text("tables: {items: {references: [{columns: n, table: parents, key: id, where: 'true'}]}}\n")
    by_sql = json.loads(judge(roost, out, rules, "--json").stdout)["rules"][0]
    for what in ("tested", "failed", "orphan_keys", "orphan_values", "samples"):
        assert rule[what] == by_sql[what]
