"""validate's reports: three views of one judgement, whatever the data holds."""

import json
import re
import shlex
import subprocess

import pyarrow as pa
import pyarrow.parquet
import pytest
from html_check import Page
from schema_check import check_against

HOSTILE = "</td></script><img src=x onerror=alert(1)>`|\"'&[a](javascript:x)\n\u202e"


@pytest.fixture
def faulty(roost, tmp_path):
    """A school with faults in tables, and its rules."""
    documents, out = tmp_path / "in", tmp_path / "out"
    faults = "orphan=0.02,over_capacity=0.05,clash=0.02,age_grade=0.02,null_burst=0.1,truncated=0.05"
    roost("generate", "--output-dir", documents, "--num-iterations", 30, "--inject", faults, "--quiet")
    roost("ingest", documents, "--output-dir", out, "--quiet")
    return out, documents / "_rules.yaml"


def validate(roost, out, rules, *more, exit_code=1):
    return roost("validate", "--output-dir", out, "--rules", rules, *more, exit_code=exit_code)


def test_three_views_say_the_same(roost, faulty):
    out, rules = faulty
    printed = validate(roost, out, rules).stdout
    report = json.loads((out / "data_quality_report.json").read_text())
    page = Page((out / "quality_report.html").read_text())
    markdown = (out / "QUALITY_REPORT.md").read_text()
    assert page.faults == []
    failed = [rule for rule in report["rules"] if rule["outcome"] == "failed"]
    assert len(failed) >= 5
    for view in (page.text, markdown, printed):
        assert report["verdict"]["text"] in view
        assert report["verdict"]["reason"] in view
    for rule in failed:
        counts = f"{rule['failed']:,} of {rule['tested']:,} row"
        for view in (page.text, markdown, printed):
            assert counts in view, rule["name"]
        assert rule["reproduce"] in page.text
        sample = rule["samples"][0]
        if "file" in sample:
            assert sample["file"] in page.text and sample["file"] in markdown


def test_a_reports_command_reproduces_its_finding(roost, faulty):
    out, rules = faulty
    validate(roost, out, rules)
    report = json.loads((out / "data_quality_report.json").read_text())
    rule = next(rule for rule in report["rules"] if rule["failed"] > 0)
    command = shlex.split(rule["reproduce"])
    assert command[0] == "roost"
    again = roost(*command[1:], "--no-files", "--json", exit_code=1)
    found = {each["name"]: each["failed"] for each in json.loads(again.stdout)["rules"]}
    assert found[rule["name"]] == rule["failed"]


def test_the_same_tables_give_the_same_bytes(roost, faulty, tmp_path):
    out, rules = faulty
    texts = []
    for threads in (1, 2):
        printed = validate(roost, out, rules, "--no-files", "--threads", threads, "--json").stdout
        texts.append(printed)
    assert texts[0] == texts[1]


def test_the_report_is_as_its_schema_says(roost, faulty, source):
    out, rules = faulty
    for _ in range(2):
        truth = rules.parent / "_truth.json"
        validate(roost, out, rules, "--score", truth, "--quiet")
    schema = json.loads((source / "docs/formats/data_quality_report.schema.json").read_text())
    check_against(schema, json.loads((out / "data_quality_report.json").read_text()), schema)


def test_report_file_says_where_the_json_goes(roost, faulty, tmp_path):
    out, rules = faulty
    validate(roost, out, rules, "--report-file", tmp_path / "quality_report.json")
    assert json.loads((tmp_path / "quality_report.json").read_text())["version"] == 1
    assert not (out / "data_quality_report.json").exists()
    assert (out / "quality_report.html").exists()


def test_names_and_values_of_data_are_nowhere_markup(roost, tmp_path):
    folder = tmp_path / "t"
    folder.mkdir()
    table = pa.table({"key": [1, 2, 3], HOSTILE: [HOSTILE, HOSTILE, None], "b": [HOSTILE, "x", "y"]})
    pyarrow.parquet.write_table(table, folder / "names.parquet")
    rules = tmp_path / "rules.yaml"
    column = json.dumps(HOSTILE)
    rules.write_text(
        f"tables:\n  names:\n    key: [key]\n    columns:\n      {column}: {{required: true}}\n"
        '      b: {pattern: "[a-z]"}\n'
    )
    printed = validate(roost, folder, rules).stdout
    assert "\u202e" not in printed and "\x1b" not in printed
    text = (folder / "quality_report.html").read_text()
    page = Page(text)
    assert page.faults == []
    assert "<img" not in text and "\u202e" not in text
    markdown = (folder / "QUALITY_REPORT.md").read_text()
    plain = markdown.replace("\\`", "")
    outside_code = re.sub(r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)", "", plain, flags=re.DOTALL)
    assert not re.search(r"(?<!\\)<img", outside_code)
    assert not re.search(r"(?<!\\)\]\(", outside_code)


def test_runs_are_compared(roost, faulty):
    out, rules = faulty
    validate(roost, out, rules)
    rules.write_text(rules.read_text().replace("grade >= age - 6", "grade >= age - 60"))
    validate(roost, out, rules)
    text = roost("diff", out).stdout
    assert text.startswith("run 1 -> run 2: score")
    assert "failed" in text
    diff = json.loads(roost("diff", out, 1, 2, "--json").stdout)
    assert any(rule["name"] == "students.age_grade" for rule in diff["rules"])
    assert "runs 1 to 2 are kept" in roost("diff", out, 1, 7, exit_code=2).stderr
    assert "begin with roost validate" in roost("diff", out.parent / "nix", exit_code=2).stderr


def test_the_command_of_a_finding_is_safe_to_paste(roost, binary, tmp_path):
    folder = tmp_path / "t"
    folder.mkdir()
    name = f"$(touch {tmp_path}/broken) 'x'\n`touch {tmp_path}/broken`"
    pyarrow.parquet.write_table(pa.table({name: [1, None]}), folder / "names.parquet")
    rules = tmp_path / "my rules.yaml"
    rules.write_text(f"tables:\n  names:\n    columns:\n      {json.dumps(name)}: {{required: true}}\n")
    report = json.loads(validate(roost, folder, rules, "--no-files", "--json").stdout)
    (rule,) = [rule for rule in report["rules"] if rule["failed"]]
    path = {"PATH": f"{tmp_path}/bin:/usr/bin:/bin"}
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/roost").symlink_to(binary.resolve())
    command = rule["reproduce"] + " --no-files --json"
    again = subprocess.run(["bash", "-c", command], env=path, capture_output=True, text=True)
    assert again.returncode == 1, again.stderr
    assert [each["failed"] for each in json.loads(again.stdout)["rules"]] == [1]
    assert not (tmp_path / "broken").exists()


def test_a_narrow_pipe_gets_no_colours(roost, faulty):
    out, rules = faulty
    assert "\x1b" not in validate(roost, out, rules, "--no-files").stdout


@pytest.mark.parametrize("all_come", [False, True])
def test_each_view_says_which_keys_late_parents_healed(roost, tmp_path, all_come):
    out, rules = tmp_path / "out", tmp_path / "rules.yaml"
    rules.write_text("tables: {items: {references: [{columns: parent, table: parents, key: id}]}}\n")
    out.mkdir()
    pa.parquet.write_table(pa.table({"parent": ["a", "g 7", "g 7", "i <9>", "z"]}), out / "items.parquet")
    (out / "parents.parquet").mkdir()
    pa.parquet.write_table(pa.table({"id": ["a"]}), out / "parents.parquet/1.parquet")
    before = validate(roost, out, rules, "--json").stdout
    assert json.loads(before)["rules"][0]["orphan_keys"] == 3 and "heals" not in before
    late = ["g 7", "i <9>"] + (["z"] if all_come else [])
    pa.parquet.write_table(pa.table({"id": late}), out / "parents.parquet/2.parquet")
    printed = validate(roost, out, rules, exit_code=0 if all_come else 1).stdout
    report = json.loads((out / "data_quality_report.json").read_text())
    rule = report["rules"][0]
    assert (rule["failed"], rule["healed"], rule["healed_keys"]) == ((0, 4, 3) if all_come else (1, 3, 2))
    assert rule["healed_values"] == ["g 7", "i <9>"] + (["z"] if all_come else [])
    said = f"{len(late)} keys came since the last run, which heals {rule['healed']} rows: g 7; i <9>"
    page = Page((out / "quality_report.html").read_text())
    markdown = (out / "QUALITY_REPORT.md").read_text().replace("\\", "").replace("&lt;", "<").replace("&gt;", ">")
    assert any(said in change for change in report["changes"])
    for view in (printed, page.text, markdown):
        assert said in view
