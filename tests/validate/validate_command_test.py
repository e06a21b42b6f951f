"""roost validate as its users meet it: messages, exit codes, files."""

import json
import signal
import subprocess
import time

import pyarrow
import pyarrow.parquet
import pytest

RULES = """\
tables:
  students:
    key: student_id
    columns:
      grade_level: {range: [6, 12]}
      name: {required: true}
"""


@pytest.fixture
def out(roost, source, tmp_path):
    """The tables of the example."""
    roost("ingest", source / "examples/school", "--output-dir", tmp_path / "out")
    return tmp_path / "out"


def rules(tmp_path, text):
    path = tmp_path / "rules.yaml"
    path.write_text(text)
    return path


def judge(roost, *arguments, **options):
    """The report of a run, and its rules by name."""
    report = json.loads(roost("validate", "--json", *arguments, **options).stdout)
    return report, {rule["name"]: rule for rule in report["rules"]}


def counts(rule):
    return rule["failed"], rule["tested"]


@pytest.mark.parametrize(
    "text, message",
    [
        ("tables:\n  studens: {}\n", "rules.yaml:2:3: there is no table 'studens'; did you mean 'students'?"),
        ("tables:\n  students:\n    kye: name\n", "rules.yaml:3:5: unknown key 'kye' in a table; did you mean 'key'?"),
        (
            "tables:\n  students:\n    key: studentid\n",
            "rules.yaml:3:10: table students has no column 'studentid'; did you mean 'student_id'?",
        ),
        (
            "tables:\n  students:\n    columns:\n      name: {pattern: '['}\n",
            "rules.yaml:4:23: this is no pattern: missing ]: [",
        ),
        (
            "tables:\n  students:\n    columns:\n      name: {required: true, required: true}\n",
            "rules.yaml:4:30: 'required' stands here twice; keep one",
        ),
        ("tables: [a\n", "rules.yaml:2:1: this is no YAML"),
        ("tables:\n  students: {rows: 5}\n", "rules.yaml:2:20: expected a list [least, most], found '5'"),
        ("tables:\n  students: {compare: [{table: classes}]}\n", "'value' is missing"),
        ("tables:\n  students: {freshness: {column: name, within: 2d}}\n", "'name' holds no dates or timestamps"),
    ],
)
def test_a_faulty_rule_file_is_an_error_that_says_where(roost, out, tmp_path, text, message):
    done = roost("validate", "--output-dir", out, "--rules", rules(tmp_path, text), exit_code=2)
    assert message in done.stderr and done.stdout == ""


def test_rules_that_hold_give_exit_code_0_and_a_full_score(roost, out, tmp_path):
    report, _ = judge(roost, "--output-dir", out, "--rules", rules(tmp_path, RULES))
    assert report["score"]["overall"] == 100


def test_a_failing_rule_gives_1_and_its_rows_as_a_table(roost, out, tmp_path):
    text = RULES.replace("[6, 12]", "[6, 9]")
    report, found = judge(roost, "--output-dir", out, "--rules", rules(tmp_path, text), exit_code=1)
    rule = found["students.grade_level.range"]
    assert counts(rule) == (9, 15) and rule["outcome"] == "failed" and rule["severity"] == "error"
    assert report["score"]["overall"] == pytest.approx(80)
    import pyarrow.parquet

    rows = pyarrow.parquet.read_table(out / "_roost/failures/students.grade_level.range.parquet").to_pylist()
    assert len(rows) == 9 and all(row["grade_level"] > 9 for row in rows)
    # Every row is where it says it is.
    for row in rows:
        index = int(row["_json_path"].removeprefix("$.students[").removesuffix("]"))
        with open(row["_file"]) as file:
            assert json.load(file)["students"][index]["name"] == row["name"]


def test_a_rule_that_cannot_run_gives_4_and_no_points(roost, out, tmp_path):
    text = "tables:\n  students:\n    rules:\n      - {name: odd, holds: 'nothing > 3'}\n"
    report, found = judge(roost, "--output-dir", out, "--rules", rules(tmp_path, text), exit_code=4)
    assert found["students.odd"]["outcome"] == "not run"
    assert "could not run" in found["students.odd"]["message"]
    assert report["score"]["overall"] == 0


def test_no_rules_are_no_score(roost, out, tmp_path):
    report, _ = judge(roost, "--output-dir", out, "--rules", rules(tmp_path, "tables: {}\n"))
    assert report["score"]["overall"] is None


def test_a_score_that_is_too_low_gives_5(roost, out, tmp_path):
    path = rules(tmp_path, RULES.replace("[6, 12]", "[6, 9]"))
    roost("validate", "--output-dir", out, "--rules", path, "--min-score", 90, exit_code=5)
    roost("validate", "--output-dir", out, "--rules", path, "--min-score", 50)


def test_user_sql_reads_and_nothing_else(roost, out, tmp_path):
    text = "rules:\n  - {name: bad, sql: 'DROP VIEW students'}\n"
    _, found = judge(roost, "--output-dir", out, "--rules", rules(tmp_path, text), exit_code=4)
    assert "could not run" in found["bad"]["message"]
    text = "rules:\n  - {name: old, sql: \"SELECT * FROM students WHERE grade_level = 12\"}\n"
    _, found = judge(roost, "--output-dir", out, "--rules", rules(tmp_path, text), exit_code=1)
    assert found["old"]["failed"] > 0


def test_findings_go_to_a_command(roost, out, tmp_path):
    path = rules(tmp_path, RULES.replace("[6, 12]", "[6, 9]"))
    roost("validate", "--output-dir", out, "--rules", path, "--quiet",
          "--on-finding", f"cat > {tmp_path}/finding.json", exit_code=1)  # fmt: skip
    finding = json.loads((tmp_path / "finding.json").read_text())
    assert finding["failed"] == 9 and finding["tested"] == 15
    roost("validate", "--output-dir", out, "--rules", path, "--on-finding", "exit 3", exit_code=3)


def test_the_schema_is_the_one_in_the_documentation(roost, source):
    printed = roost("validate", "--print-schema").stdout
    assert printed == (source / "docs/formats/rules.schema.json").read_text()
    json.loads(printed)


def test_parquet_that_roost_did_not_write_is_judged_too(roost, tmp_path):
    import pyarrow
    import pyarrow.parquet

    folder = tmp_path / "plain"
    folder.mkdir()
    table = pyarrow.table({"id": [1, 2, 2, None], "size": [1.5, -2.0, 3.0, None]})
    pyarrow.parquet.write_table(table, folder / "things.parquet")
    text = "tables:\n  things:\n    key: id\n    columns:\n      size: {range: [0, null]}\n"
    _, found = judge(roost, "--output-dir", folder, "--rules", rules(tmp_path, text), exit_code=1)
    assert counts(found["things.key"]) == (2, 4)
    assert counts(found["things.size.range"]) == (1, 3)


def test_rules_are_proven_by_breaking_them(roost, out, tmp_path):
    done = roost("validate", "--output-dir", out, "--rules", rules(tmp_path, RULES), "--prove")
    assert done.stdout == "3 of 3 rules can fail; 0 not tried\n"
    text = "tables: {students: {columns: {name: {pattern: '.*', length: [0, null]}}}}\n"
    done = roost("validate", "--output-dir", out, "--rules", rules(tmp_path, text), "--prove", exit_code=1)
    assert "nothing breaks students.name.pattern" in done.stdout
    assert done.stdout.endswith("0 of 2 rules can fail; 0 not tried\n")


def test_drift_and_volume_compare_with_earlier_runs(roost, tmp_path):
    import pyarrow
    import pyarrow.parquet

    path = rules(tmp_path, "tables: {things: {volume: 0.5, columns: {size: {drift: 0.2}}}}\n")
    folder = tmp_path / "plain"
    folder.mkdir()

    def run(sizes, exit_code):
        pyarrow.parquet.write_table(pyarrow.table({"size": sizes}), folder / "things.parquet")
        _, found = judge(roost, "--output-dir", folder, "--rules", path, exit_code=exit_code)
        return counts(found["things.volume"]), counts(found["things.size.drift"])

    sizes = list(range(100))
    assert run(sizes, 0) == ((0, 0), (0, 0)), "there was nothing to compare with"
    assert run(sizes[::-1], 0) == ((0, 1), (0, 1))
    assert run([size + 40 for size in sizes] * 3, 1) == ((1, 1), (1, 1))
    (folder / "_roost/validations.json").write_text("{damaged")
    assert run(sizes, 0) == ((0, 0), (0, 0)), "a damaged history begins anew"


def test_rules_with_names_that_files_cannot_tell_apart_have_files_of_their_own(roost, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    pyarrow.parquet.write_table(pyarrow.table({"名": [None, 1], "所": [1, 2]}), out / "things.parquet")
    text = "tables: {things: {columns: {名: {required: true}, 所: {range: [0, 1]}}, "
    text += "rules: [{name: a b, holds: 名 = 0}, {name: a_b, holds: 所 = 0}]}}"
    path = rules(tmp_path, text)
    for _ in range(2):  # the second takes failing rows from what the first left
        _, found = judge(roost, "--output-dir", out, "--rules", path, exit_code=1)
        files = {name: rule["failures_file"] for name, rule in found.items()}
        assert len(set(files.values())) == 4
        rows = {name: pyarrow.parquet.read_table(out / file).to_pylist() for name, file in files.items()}
        assert [(row["名"], row["所"]) for row in rows["things.名.required"]] == [(None, 1)]
        assert [(row["名"], row["所"]) for row in rows["things.所.range"]] == [(1, 2)]
        assert [row["所"] for row in rows["things.a b"]] == [2] and len(rows["things.a_b"]) == 2


def test_no_rule_has_the_file_of_strange_rows(roost, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    numbers = [i % 20 for i in range(2000)] + [100_000]
    pyarrow.parquet.write_table(pyarrow.table({"n": numbers}), out / "things.parquet")
    path = rules(tmp_path, "tables: {things: {rules: [{name: anomalies, holds: n > 0}]}}")
    report, found = judge(roost, "--output-dir", out, "--rules", path, exit_code=1)
    assert report["anomaly_count"] == 1
    failures = out / "_roost/failures"
    assert pyarrow.parquet.read_table(failures / "things.anomalies.parquet")["n"].to_pylist() == [100_000]
    rows = pyarrow.parquet.read_table(out / found["things.anomalies_2"]["failures_file"])
    assert rows["n"].to_pylist() == [0] * 100


def test_what_is_missing_is_said(roost, tmp_path):
    done = roost("validate", "--output-dir", tmp_path / "nowhere", exit_code=3)
    assert "there is no folder" in done.stderr
    assert "--output-dir is needed" in roost("validate", exit_code=2).stderr


def content(folder):
    """Every file below, with its bytes; folders too."""
    return {path: path.read_bytes() if path.is_file() else None for path in folder.rglob("*")}


def stopped(binary, out, *arguments, wait_seconds):
    """The exit code of a validation that gets a Ctrl-C, and how long it took to end."""
    command = [binary, "validate", "--output-dir", out, "--quiet", *arguments]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(wait_seconds)
    process.send_signal(signal.SIGINT)
    start = time.monotonic()
    process.wait(timeout=60)
    return process.returncode, time.monotonic() - start


ENDLESS = """
rules:
  - {name: first, sql: SELECT * FROM students}
  - {name: endless, sql: "SELECT count(*) FROM range(1000000000) a, range(1000000000) b WHERE a.range % 7 = b.range % 5"}
"""


def test_a_long_query_is_stopped_and_the_last_run_stays(binary, roost, out, tmp_path):
    roost("validate", "--output-dir", out, exit_code=1)
    before = content(out)
    assert out / "quality_report.html" in before and out / "_roost/validations.json" in before
    code, seconds = stopped(binary, out, "--rules", rules(tmp_path, ENDLESS), wait_seconds=0.5)
    assert code == 130 and seconds < 10
    assert content(out) == before


def test_a_stopped_first_run_leaves_nothing(binary, source, tmp_path):
    import pyarrow
    import pyarrow.parquet

    plain = tmp_path / "plain"
    plain.mkdir()
    pyarrow.parquet.write_table(pyarrow.table({"n": range(1000)}), plain / "students.parquet")
    before = content(plain)
    code, _ = stopped(binary, plain, "--rules", rules(tmp_path, ENDLESS), wait_seconds=0.5)
    assert code == 130 and content(plain) == before


@pytest.mark.parametrize("wait_seconds", [0.02, 0.05, 0.1, 0.2])
def test_a_pass_over_rows_is_stopped_or_complete(binary, tmp_path, wait_seconds):
    import pyarrow
    import pyarrow.parquet

    plain = tmp_path / "plain"
    plain.mkdir()
    numbers = [i * 2654435761 % 1000003 for i in range(1_000_000)]
    table = pyarrow.table({name: numbers for name in "abcd"})
    pyarrow.parquet.write_table(table, plain / "t.parquet", row_group_size=50_000)
    before = content(plain)
    code, _ = stopped(binary, plain, wait_seconds=wait_seconds)
    if code == 0:
        assert plain / "quality_report.html" in content(plain)
    else:
        # Before the program has begun, the signal ends it as it ends any.
        assert code in (130, -signal.SIGINT) and content(plain) == before


def test_drift_is_measured_from_the_run_or_the_report_that_the_rule_names(roost, tmp_path):
    out, rules = tmp_path / "out", tmp_path / "rules.yaml"
    out.mkdir()

    def judge(size, text, exit_code=0):
        table = {"size": [size + i / 10 for i in range(1000)], "kind": ["a"] * (size * 100) + ["b"] * (1000 - size * 100)}
        pyarrow.parquet.write_table(pyarrow.table(table), out / "items.parquet")
        rules.write_text(text)
        done = roost("validate", "--output-dir", out, "--rules", rules, "--json", exit_code=exit_code)
        return json.loads(done.stdout)["rules"]

    plain = "tables: {items: {columns: {size: {drift: 0.1}, kind: {drift: 0.1}}}}\n"
    judge(1, plain)
    (tmp_path / "good.json").write_text((out / "data_quality_report.json").read_text())
    judge(9, plain, exit_code=1)
    size, kind = judge(9, plain)
    assert (size["drift"]["distance"], size["drift"]["against"]) == (0, "run 2")
    first = "baseline: good.json\ntables: {items: {columns: {size: {drift: {is: 0.1, baseline: 1}}, kind: {drift: 0.1}}}}\n"
    size, kind = judge(9, first, exit_code=1)
    assert size["drift"]["against"] == "run 1" and kind["drift"]["against"] == str(tmp_path / "good.json")
    assert size["drift"]["distance"] == pytest.approx(8 / 50, rel=0.02) and size["drift"]["measure"] == "wasserstein"
    assert kind["drift"]["distance"] > 0.5 and kind["drift"]["psi"] > 1
    (none,) = judge(9, "tables: {items: {columns: {size: {drift: {is: 0.1, baseline: 77}}}}}\n", exit_code=4)
    assert none["outcome"] == "not run" and "runs/77.json" in none["message"]
