"""Rules made from the data: kept for later runs, until the data are others."""

import json
import random

import pyarrow
import pyarrow.parquet
import pytest


@pytest.fixture
def world(roost, tmp_path):
    """A school whose tables grow by batches of files; says where, and ingests the next ones."""
    inputs, out = tmp_path / "all", tmp_path / "out"
    roost("generate", "--output-dir", inputs, "--num-iterations", 63, "--seed", 4)
    files = sorted(inputs.glob("*_*.json"))
    arrived = tmp_path / "in"
    arrived.mkdir()

    def more(count):
        for _ in range(count):
            file = files.pop(0)
            file.rename(arrived / file.name)
        roost("ingest", arrived, "--output-dir", out, "--no-relate")

    more(60)
    return out, more


def report(roost, out, *more, exit_code=0):
    said = json.loads(roost("validate", "--output-dir", out, "--json", *more, exit_code=exit_code).stdout)
    return [{key: rule.get(key) for key in ("name", "kind", "text", "sql", "severity", "evidence", "false_alarm_rate")} for rule in said["rules"]], said


def test_rules_are_the_same_until_a_table_has_grown_by_a_tenth(roost, world):
    out, more = world
    made, _ = report(roost, out)
    kept = (out / "_roost/suggested").read_bytes()
    assert len(made) > 20
    again, _ = report(roost, out)
    assert again == made  # all that is said of them, evidence included
    more(2)
    later, said = report(roost, out)
    assert later == made
    assert said["rules_source"] == "suggested"
    assert (out / "_roost/suggested").read_bytes() == kept
    full, _ = report(roost, out, "--full")
    assert full != made  # the evidence counts more rows
    assert (out / "_roost/suggested").read_bytes() != kept


def test_rules_are_made_anew_for_other_columns(roost, world):
    out, _ = world
    made, _ = report(roost, out)
    late = out.parent / "late"
    late.mkdir()
    (late / "result_late.json").write_text(json.dumps({"students": [{"student_id": "S-late", "shoe": 43}]}))
    roost("ingest", late, "--output-dir", out, "--no-relate")
    rules = json.loads(roost("validate", "--output-dir", out, "--json", exit_code=1).stdout)["rules"]
    assert any(rule["columns"] == ["shoe"] for rule in rules)


@pytest.mark.parametrize("harm", [lambda b: b[:-1], lambda b: b"", lambda b: b.replace(b"students", b"studentz", 1)])
def test_what_is_damaged_counts_as_not_there(roost, world, harm):
    out, _ = world
    made, _ = report(roost, out)
    file = out / "_roost/suggested"
    good = file.read_bytes()
    file.write_bytes(harm(good))
    assert report(roost, out)[0] == made
    assert file.read_bytes() == good


def test_without_files_none_are_kept_and_only_keeps_all(roost, world):
    out, _ = world
    report(roost, out, "--no-files")
    assert not (out / "_roost/suggested").exists()
    only, _ = report(roost, out, "--only", "students")
    made, _ = report(roost, out)
    assert len(only) < len(made)


def test_numbers_with_fewer_digits_near_zero_are_numbers(roost, tmp_path):
    """Denormal doubles: what strtod reads with a remark."""
    rows = ['{"id":%d,"near":%d.5e-310,"small":%r}' % (i, i % 7 + 1, (i * 37 % 101 + 1) * 1e-311) for i in range(400)]
    data, rules = tmp_path / "rows.jsonl", tmp_path / "rules.yaml"
    data.write_text("\n".join(rows))
    out = tmp_path / "out"
    roost("ingest", data, "--output-dir", out)
    made, said = report(roost, out)
    assert {"id", "near", "small"} <= {column["name"] for table in said["tables"] for column in table["columns"]}
    assert any(rule["kind"] == "range" for rule in made)
    rules.write_text("tables: {rows: {columns: {near: {range: [2e-310, 1]}, small: {set: [1e-311]}}}}")
    done = roost("validate", "--output-dir", out, "--rules", rules, "--json", exit_code=1)
    failed = {rule["name"]: rule["failed"] for rule in json.loads(done.stdout)["rules"]}
    assert failed["rows.near.range"] == len([i for i in range(400) if i % 7 == 0])


def test_no_two_rules_have_one_name(roost, tmp_path):
    chance, out = random.Random(1), tmp_path / "out"
    out.mkdir()
    rooms = [{"room": i, "capacity": chance.randrange(6, 10), "max_seats": chance.randrange(6, 10)} for i in range(100)]
    visits = [{"visit": 1000 + i, "room": chance.randrange(100), "x": chance.random()} for i in range(380)]
    for name, rows in (("rooms", rooms), ("visits", visits)):
        pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), out / f"{name}.parquet")
    rules, _ = report(roost, out, "--no-files", exit_code=1)
    names = [rule["name"] for rule in rules]
    assert names.count("rooms.visits.capacity") == names.count("rooms.visits.capacity_2") == 1
    assert len(set(names)) == len(names)
    path = tmp_path / "rules.yaml"
    path.write_text(roost("validate", "--output-dir", out, "--suggest").stdout)
    again, _ = report(roost, out, "--rules", path, exit_code=1)
    assert {rule["name"] for rule in again} == set(names)
