"""Worlds beside the school, worlds that change or are packed otherwise, and generators without care."""

import json

import pyarrow.parquet
import pytest
import world_check

CHANGING = """
world: changing
document: {name: d}
tables:
  t:
    rows: 3
    key: id
    fields:
      id: {sequence: {start: 1}}
      n: {int: {between: [1, 9]}}
      s: {choice: [a, b]}
changes:
  - {at: 70, table: t, add: {extra: {bool: 0.5}}}
  - {at: 80, table: t, widen: {n: {number: {between: [1, 9], decimals: 2}}}}
  - {at: 90, table: t, rename: {s: state}}
  - {at: 95, table: t, drop: extra}
"""


def lines(roost, *arguments):
    done = roost("generate", "--output-dir", "-", "--format", "ndjson", "--quiet", *arguments)
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_world_changes_at_its_iterations_and_nowhere_else(roost, tmp_path):
    (tmp_path / "w.yaml").write_text(CHANGING)
    documents = lines(roost, "--world", tmp_path / "w.yaml", "--num-iterations", 100)
    assert len(documents) == 100
    (tmp_path / "still.yaml").write_text(CHANGING.partition("changes:")[0])
    still = lines(roost, "--world", tmp_path / "still.yaml", "--num-iterations", 100)
    for iteration, (document, before) in enumerate(zip(documents, still)):
        for row, old in zip(document["t"], before["t"], strict=True):
            assert ("extra" in row) == (70 <= iteration < 95)
            assert ("state" in row) == (iteration >= 90) and ("s" in row) == (iteration < 90)
            assert row["id"] == old["id"] and row.get("state", row.get("s")) == old["s"]
            assert isinstance(row["n"], float if iteration >= 80 else int) and 1 <= row["n"] <= 9


def test_where_a_changing_world_starts_does_not_matter(roost, tmp_path):
    (tmp_path / "w.yaml").write_text(CHANGING)
    long = lines(roost, "--world", tmp_path / "w.yaml", "--num-iterations", 100)
    short = lines(roost, "--world", tmp_path / "w.yaml", "--start", 78, "--num-iterations", 22)
    assert short == long[78:]


def test_tables_are_packed_as_lines_of_their_own(roost, tmp_path):
    world = roost("generate", "--print-world", "school").stdout
    (tmp_path / "w.yaml").write_text(world.replace("  name: result", "  pack: tables\n  name: result"))
    roost("generate", "--world", tmp_path / "w.yaml", "--output-dir", tmp_path / "files",
          "--num-iterations", 80)
    roost("generate", "--world", tmp_path / "w.yaml", "--output-dir", tmp_path / "streams",
          "--num-iterations", 80, "--format", "ndjson")
    documents = lines(roost, "--num-iterations", 80)
    for table in world_check.TABLES:
        rows = [row for document in documents for row in document[table]]
        files = sorted((tmp_path / "files").glob(f"{table}_*.ndjson"))
        assert len(files) == 80
        for packed in ("".join(f.read_text() for f in files),
                       (tmp_path / f"streams/{table}.ndjson").read_text()):
            assert [json.loads(line) for line in packed.splitlines()] == rows


def test_the_shop_nests_its_lines_and_keeps_its_keys(roost):
    documents = lines(roost, "--world", "shop", "--num-iterations", 300)
    products = {row["sku"]: row for row in documents[0]["products"]}
    assert len(products) == 300 and all("products" not in d for d in documents[1:])
    keys, customers, returned = set(), set(), 0
    for document in documents:
        customers |= {row["customer_id"] for row in document["customers"]}
        for order in document["orders"]:
            assert order["customer_id"] in customers
            skus = [line["sku"] for line in order["order_lines"]]
            assert len(set(skus)) == len(skus) >= 1
            for line in order["order_lines"]:
                key = (line["order_id"], line["line_no"])
                assert line["order_id"] == order["order_id"] and key not in keys
                keys.add(key)
                assert line["unit_price"] == products[line["sku"]]["price"]
                assert abs(line["amount"] - line["quantity"] * line["unit_price"]) < 0.005
        for row in document["returns"]:
            assert (row["order_id"], row["line_no"]) in keys
            returned += 1
    assert returned > 50


def test_the_pool_runs_jobs_on_slots_that_are_there(roost):
    documents = lines(roost, "--world", "pool", "--num-iterations", 200)
    first = documents[0]
    machines = {row["MachineId"] for row in first["machines"]}
    slots = {row["Name"] for row in first["slots"]}
    assert {row["MachineId"] for row in first["slots"]} == machines and len(slots) == len(first["slots"])
    owners, runs = {row["Owner"] for row in first["users"]}, set()
    for document in documents:
        jobs = {(row["ClusterId"], row["ProcId"]) for row in document["jobs"]}
        assert len(jobs) == len(document["jobs"])
        assert {row["Owner"] for row in document["jobs"]} <= owners
        for row in document["results"]:
            assert (row["ClusterId"], row["ProcId"]) in jobs and row["RemoteHost"] in slots
            run = (row["ClusterId"], row["ProcId"], row["Run"])
            assert run not in runs
            runs.add(run)


def test_printed_worlds_make_the_same_documents(roost, tmp_path):
    for world in ("school", "pool", "shop"):
        (tmp_path / "w.yaml").write_text(roost("generate", "--print-world", world).stdout)
        built_in = lines(roost, "--world", world, "--num-iterations", 20)
        assert lines(roost, "--world", tmp_path / "w.yaml", "--num-iterations", 20) == built_in


@pytest.mark.parametrize("world", ["school", "pool", "shop"])
def test_tables_are_the_documents_without_the_json(roost, tmp_path, world):


    documents = lines(roost, "--world", world, "--num-iterations", 200)
    roost("generate", "--world", world, "--output-dir", tmp_path / "store", "--num-iterations", 200,
          "--format", "parquet")
    counts = {}

    def count(row):
        for name, value in row.items():
            if isinstance(value, list) and value and isinstance(value[0], dict):
                counts[name] = counts.get(name, 0) + len(value)
                for child in value:
                    count(child)

    for document in documents:
        count(document)
    assert len(counts) >= 4
    # As roost ingest names them: a nested table after the tables around it.
    counts = {table.replace("order_lines", "orders_order_lines"): n for table, n in counts.items()}
    for table, rows in counts.items():
        assert pyarrow.parquet.read_table(tmp_path / f"store/{table}.parquet").num_rows == rows
    if world == "school":
        students = pyarrow.parquet.read_table(tmp_path / "store/students.parquet").to_pandas()
        students = students.sort_values("student_id")
        wanted = [row for document in documents for row in document["students"]]
        assert students["name"].tolist() == [row["name"] for row in wanted]
        assert students["age"].tolist() == [row["age"] for row in wanted]


def frames(folder):
    return world_check.frames_of(world_check.read_documents(folder))


def test_without_integrity_references_run_ahead(roost, tmp_path):
    roost("generate", "--output-dir", tmp_path, "--num-iterations", 100, "--no-integrity")
    findings = world_check.school_findings(frames(tmp_path), 1.0)
    assert findings["orphan classes of enrollments"] > 100
    assert findings["orphan teachers of classes"] > 5
    assert findings["wrong grades"] == findings["values out of range"] == 0


def test_without_validation_capacities_pairs_and_rules_break(roost, tmp_path):
    roost("generate", "--output-dir", tmp_path, "--num-iterations", 100, "--no-validation")
    findings = world_check.school_findings(frames(tmp_path), 1.0)
    assert findings["wrong grades"] > 100
    assert findings["over-full classes"] > 5
    assert findings["duplicate enrollments"] > 5
    assert findings["orphan classes of enrollments"] == 0


def test_the_original_generator_makes_every_fault_it_is_known_for(roost, tmp_path):
    roost("original", "generate", "--output-dir", tmp_path, "--num-results", 200, "--workers", 4)
    documents = world_check.read_documents(tmp_path)
    assert len(documents) == 200 and all(document for _, document in documents)
    read = frames(tmp_path)
    enrollments, classes = read["enrollments"], read["classes"]
    assert len(world_check.orphans(enrollments, "class_id", classes, "class_id")) > 20
    assert len(world_check.orphans(classes, "teacher_id", read["teachers"], "teacher_id")) > 2
    # Behind the last files some never come: orphans even for who reads everything.
    assert not set(enrollments["class_id"]) <= set(classes["class_id"])
    assert len(world_check.over_full(read, 1.0)) > 5
    assert len(world_check.wrong_grades(read["students"])) > 1000
    assert len(world_check.repeated(enrollments, ["student_id", "class_id"])) > 5
    assert len(world_check.repeated(read["students"], ["student_id"])) == 0


def test_more_workers_race_more(roost, tmp_path):
    orphans = {}
    for workers in (1, 32):
        folder = tmp_path / str(workers)
        roost("original", "generate", "--output-dir", folder, "--num-results", 200, "--workers", workers)
        read = frames(folder)
        orphans[workers] = len(
            world_check.orphans(read["enrollments"], "class_id", read["classes"], "class_id")
        )
    assert orphans[32] > 2 * orphans[1]


def test_rules_are_written_for_whoever_checks(roost, tmp_path):
    roost("generate", "--output-dir", tmp_path, "--num-iterations", 1)
    rules = (tmp_path / "_rules.yaml").read_text()
    for line in (
        "key: [class_id]",
        "unique: [[student_id, class_id]]",
        "- {columns: [class_id], table: classes, key: [class_id]}",
        "limit: capacity, utilization: 0.8}",
        "schedule.period: {range: [1, 8], type: integer, required: true}",
        "gpa: {range: [0.0, 4.0], type: number}",
        '- {name: age_grade, holds: "grade >= age - 6 AND grade <= age - 5"}',
    ):
        assert line in rules
