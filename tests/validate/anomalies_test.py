"""What validate finds strange without a rule: values, rows, batches; and what it leaves alone."""

import json
import random

import pyarrow
import pyarrow.parquet
import pytest


def numbers(rows=3000, seed=1):
    """A table of a few kinds of columns in which nothing is strange."""
    dice = random.Random(seed)
    size = [dice.gauss(50, 8) for _ in range(rows)]
    return {
        "size": size,
        "weight": [2 * value + dice.gauss(0, 1) for value in size],
        "price": [dice.lognormvariate(3, 1) for _ in range(rows)],
        "count": [dice.randrange(20) for _ in range(rows)],
        "status": [dice.choice(["open", "shipped", "lost"]) for _ in range(rows)],
        "code": [f"N-{dice.randrange(10**6):06}" for _ in range(rows)],
    }


def judge(roost, folder, columns, *arguments, rules="tables: {}\n", name="items"):
    folder.mkdir(exist_ok=True)
    pyarrow.parquet.write_table(pyarrow.table(columns), folder / f"{name}.parquet", row_group_size=700)
    (folder / "rules.yaml").write_text(rules)
    return json.loads(roost("validate", "--output-dir", folder, "--json", *arguments).stdout)


def found(report):
    return [(each["kind"], each["columns"], each["row"]["record"]) for each in report["anomalies"]]


def test_nothing_is_strange_in_ordinary_columns(roost, tmp_path):
    for seed in range(5):
        report = judge(roost, tmp_path / "out", numbers(seed=seed))
        assert report["anomaly_count"] == 0, found(report)


@pytest.mark.parametrize(
    "column, value, kind, usual",
    [
        ("size", 500.0, "value", "to"),
        ("size", -300.0, "value", "to"),
        ("price", 90000.0, "value", "to"),
        ("price", 0.0001, "value", "to"),
        ("count", 400, "value", "to"),
        ("status", "shiped", "rare_value", "open"),
        ("code", "17/000123", "rare_form", "a-9"),
        ("code", "N-00012", "rare_length", "8"),
    ],
)
def test_a_strange_value_is_found_with_its_row_and_what_is_usual(roost, tmp_path, column, value, kind, usual):
    columns = numbers()
    columns[column][1234] = value
    report = judge(roost, tmp_path / "out", columns)
    assert found(report) == [(kind, [column], 1234)]
    assert usual in report["anomalies"][0]["usual"]
    assert dict(report["anomalies"][0]["row"]["values"])[column] == (
        str(value) if isinstance(value, str) else pytest.approx(str(value))
    )
    assert report["score"]["overall"] is None, "nothing was declared, and strange is not wrong"


@pytest.mark.parametrize("rule", ["tables: {}", "tables: {items: {anomalies: {method: forest}}}"])
def test_a_row_whose_values_do_not_go_together_is_found(roost, tmp_path, rule):
    columns = numbers()
    columns["size"][700], columns["weight"][700] = 90.0, 30.0
    report = judge(roost, tmp_path / "out", columns, rules=rule)
    if "forest" in rule:  # it looks at one column at a time
        assert {record for _, _, record in found(report)} <= {700}
        return
    assert [(kind, record) for kind, _, record in found(report)] == [("row", 700)]
    assert {"size", "weight"} <= set(report["anomalies"][0]["columns"])


def test_all_strange_rows_are_written_down_and_counted(roost, tmp_path):
    columns = numbers()
    for row in range(0, 3000, 300):
        columns["size"][row] = 900.0 + row
    report = judge(roost, tmp_path / "out", columns)
    assert report["anomaly_count"] == 10 and len(report["anomalies"]) == 1
    file = tmp_path / "out/_roost/failures/items.anomalies.parquet"
    table = pyarrow.parquet.read_table(file)
    assert table["_record"].to_pylist() == list(range(0, 3000, 300))
    page = (tmp_path / "out/quality_report.html").read_text()
    assert "size is far above what is usual" in page
    assert "size is far above what is usual" in (tmp_path / "out/QUALITY_REPORT.md").read_text()
    text = roost("validate", "--output-dir", tmp_path / "out").stdout
    assert "size is far above what is usual" in text


def test_tables_whose_names_differ_in_signs_only_have_files_of_their_own(roost, tmp_path):
    out = tmp_path / "out"
    for name, strange in (("a b", 3), ("a_b", 5)):
        columns = numbers()
        columns["size"][:strange] = [1e6 + i for i in range(strange)]
        report = judge(roost, out, columns, name=name)
    assert report["anomaly_count"] == 8
    files = sorted((out / "_roost/failures").glob("*.parquet"))
    assert [pyarrow.parquet.read_metadata(file).num_rows for file in files] == [3, 5]


def test_the_same_on_any_number_of_threads(roost, tmp_path):
    columns = numbers()
    columns["code"][5], columns["size"][6] = "odd", 1000.0
    reports = [
        judge(roost, tmp_path / "out", columns, "--no-files", "--threads", str(threads))["anomalies"]
        for threads in (1, 2, 5)
    ]
    assert reports[0] == reports[1] == reports[2] and len(reports[0]) == 2


def test_rules_narrow_what_is_looked_at_and_may_make_it_a_fault(roost, tmp_path):
    columns = numbers()
    columns["size"][6], columns["status"][7] = 1000.0, "shiped"
    out = tmp_path / "out"
    rules = "tables: {items: {anomalies: %s}}"
    assert judge(roost, out, columns, rules=rules % "false")["anomaly_count"] == 0
    report = judge(roost, out, columns, rules=rules % "true")
    (rule,) = report["rules"]
    assert (rule["outcome"], rule["tested"], rule["failed"], rule["weight"]) == ("passed", 3000, 2, 0)
    assert report["score"]["coverage"]["rules_declared"] == 0
    report = judge(roost, out, columns, rules=rules % "{columns: [status]}")
    assert found(report) == [("rare_value", ["status"], 7)]
    strict = rules % "{severity: error, fail: 1}"
    (out / "rules.yaml").write_text(strict)
    done = roost("validate", "--output-dir", out, "--json", exit_code=1)
    assert json.loads(done.stdout)["rules"][0]["outcome"] == "failed"


def test_a_batch_that_is_far_from_the_usual_ones_is_told(roost, tmp_path):
    out = tmp_path / "out"
    dice = random.Random(3)
    rows = 0
    for batch in range(11):
        rows += 100 + dice.randrange(10)
        report = judge(roost, out, {"n": list(range(rows))})
        assert report["anomaly_count"] == 0, batch
    report = judge(roost, out, {"n": list(range(rows + 3000))})
    assert [(each["kind"], each["table"]) for each in report["anomalies"]] == [("batch", "items")]
    assert report["anomalies"][0]["text"] == "rows that came to items: 3000, far from what is usual"
    assert "rows that came to items" in (out / "QUALITY_REPORT.md").read_text()


def test_faults_in_the_rule_are_errors_that_say_where(roost, tmp_path):
    out = tmp_path / "out"
    judge(roost, out, numbers(50))
    for text, message in (("{method: magic}", "magic"), ("{columns: [sise]}", "did you mean 'size'?"),
                          ("{where: size > 3}", "anomalies are of all rows")):  # fmt: skip
        (out / "rules.yaml").write_text("tables: {items: {anomalies: %s}}" % text)
        assert message in roost("validate", "--output-dir", out, exit_code=2).stderr


def test_of_a_large_table_a_sample_is_looked_at_in_which_ids_have_no_gaps(roost, tmp_path):
    dice = random.Random(4)
    size = [dice.gauss(50, 8) for _ in range(600_000)]
    weight = [2 * value + dice.gauss(0, 1) for value in size]
    size[330_000], weight[330_000] = 90.0, 30.0  # every fifth row is read, of four of six row groups
    folder = tmp_path / "out"
    folder.mkdir()
    table = pyarrow.table({"id": list(range(600_000)), "size": size, "weight": weight})
    pyarrow.parquet.write_table(table, folder / "items.parquet", row_group_size=100_000)
    (folder / "rules.yaml").write_text("tables: {}\n")
    report = json.loads(roost("validate", "--output-dir", folder, "--json").stdout)
    strange = {each["row"]["record"]: each for each in report["anomalies"]}
    assert "weight" in strange[330_000]["columns"] and report["anomaly_count"] < 3
    assert strange[330_000]["row"]["values"]["weight"] == "30.0" and "id" not in strange[330_000]["columns"]
