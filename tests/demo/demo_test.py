"""roost demo: the whole way on a few files, and nobody's folder is emptied by it."""

import json
import subprocess

import pytest
from html_check import Page
from schema_check import check_against


@pytest.fixture(scope="module")
def demo(binary, tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo") / "complete"
    done = subprocess.run(
        [binary, "demo", "--demo-dir", folder, "--num-files", "30", "--no-claims"],
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert done.returncode == 0, done.stderr
    return folder, done.stdout


def report_of(folder):
    return json.loads((folder / "output/COMPREHENSIVE_DEMO_REPORT.json").read_text())


def test_it_leaves_what_the_output_structure_names(demo):
    folder, _ = demo
    names = {path.name for path in (folder / "output").iterdir()}
    assert {
        "teachers.parquet",
        "classes.parquet",
        "students.parquet",
        "enrollments.parquet",
        "schema_documentation.json",
        "table_relationships.json",
        "DATA_STRUCTURE_README.md",
        "data_quality_report.json",
        "QUALITY_REPORT.md",
        "quality_report.html",
        "COMPREHENSIVE_DEMO_REPORT.json",
        "EXECUTIVE_SUMMARY.md",
    } <= names
    assert all(path.suffix == ".parquet" for path in (folder / "original_output").iterdir())


def test_each_feature_has_a_figure_of_both_systems(demo):
    folder, printed = demo
    report = report_of(folder)
    features = [line["feature"] for line in report["comparison"]]
    assert features[:8] == [
        "Race Conditions",
        "Schema Detection",
        "Data Quality",
        "Foreign Key Validation",
        "Capacity Management",
        "Documentation",
        "Arbitrary JSON",
        "Relationship Detection",
    ]
    summary = (folder / "output/EXECUTIVE_SUMMARY.md").read_text()
    for line in report["comparison"]:
        for system in ("original", "enhanced"):
            assert any(c.isdigit() for c in line[system]), line
            assert line[system] in printed
        assert f"| {line['feature']} |" in summary


def test_figures_agree_with_what_others_count(demo):
    """The first system's losses and the racing documents' orphans, counted by pandas."""
    import pandas

    folder, _ = demo
    lines = {line["feature"]: line for line in report_of(folder)["comparison"]}
    tables = {
        name: pandas.read_parquet(folder / f"original_output/{name}.parquet")
        for name in ("teachers", "classes", "students", "enrollments")
    }
    orphans = sum(
        (~tables[child][key].isin(tables[parent][key])).sum()
        for child, key, parent in [
            ("classes", "teacher_id", "teachers"),
            ("enrollments", "student_id", "students"),
            ("enrollments", "class_id", "classes"),
        ]
    )
    assert lines["Foreign Key Validation"]["original"].startswith(f"{orphans} orphan row")
    assert lines["Foreign Key Validation"]["enhanced"].startswith(f"{orphans} of {orphans} orphan row")
    enrolled = tables["enrollments"].drop_duplicates(["student_id", "class_id"])
    counts = enrolled.groupby("class_id").size()
    classes = tables["classes"].set_index("class_id")["capacity"]
    over = (counts.reindex(classes.index).fillna(0) > classes).sum()
    assert f"{over} of {len(classes)} classes over-full" == lines["Capacity Management"]["original"]
    assert lines["Fields Lost"]["enhanced"].startswith("0 of")
    scores = [json.loads(path.read_text()) for path in sorted((folder / "input").glob("result_*.json"))]
    fractions = sum(
        row["score"] is not None and row["score"] != int(row["score"])
        for document in scores
        for row in document["enrollments"]
    )
    assert lines["Types Bent"]["original"].startswith(f"{fractions:,} of")


def test_every_planted_fault_is_accounted_for(demo):
    folder, _ = demo
    truth = json.loads((folder / "faulty_input/_truth.json").read_text())
    report = report_of(folder)
    planted = {score["kind"]: score["planted"] for score in report["faults"]}
    assert sum(planted.values()) >= len({(f["file"], f.get("path")) for f in truth["faults"]}) * 0.9
    for score in report["faults"]:
        assert score["found"] + score["healed"] <= score["planted"]
        assert score["recall"] >= 0.99 and score["precision"] >= 0.99, score


def test_the_report_is_as_its_schema_says(demo, source):
    schema = json.loads((source / "docs/formats/demo_report.schema.json").read_text())
    check_against(schema, report_of(demo[0]), schema)


def test_stages_are_measured(demo):
    folder, _ = demo
    stages = report_of(folder)["stages"]
    assert {"generate", "ingest", "relate", "validate", "export", "listen"} == {s["name"] for s in stages}
    for stage in stages:
        assert stage["seconds"] > 0
        assert 1e6 < stage["peak_memory_bytes"] < 2e9
        assert stage["memory_before_bytes"] <= stage["peak_memory_bytes"]


def test_its_pages_are_whole(demo):
    folder, _ = demo
    for output in ("output", "faulty_output"):
        page = Page((folder / output / "quality_report.html").read_text())
        assert page.faults == []
    assert "Planted faults" in page.text


def test_an_earlier_demo_is_replaced_only_with_clean(roost, demo):
    folder, _ = demo
    refused = roost("demo", "--demo-dir", folder, "--num-files", 3, "--no-claims", exit_code=2)
    assert "--clean" in refused.stderr
    assert report_of(folder)["files"] == 30
    (folder / "mine.txt").write_text("kept")
    roost("demo", "--demo-dir", folder, "--num-files", 3, "--no-claims", "--clean", "--quiet")
    assert report_of(folder)["files"] == 3
    assert (folder / "mine.txt").read_text() == "kept"


@pytest.mark.parametrize("flags", [[], ["--clean"]])
def test_other_folders_are_never_touched(roost, tmp_path, flags):
    (tmp_path / "input").mkdir()
    (tmp_path / "input/result_000000.json").write_text("{}")
    refused = roost("demo", "--demo-dir", tmp_path, "--no-claims", *flags, exit_code=2)
    assert "no demo made it" in refused.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["input"]
    assert (tmp_path / "input/result_000000.json").read_text() == "{}"


@pytest.mark.slow
def test_claims_are_measured_at_their_sizes(roost, tmp_path):
    result = json.loads(
        roost("demo", "--demo-dir", tmp_path / "d", "--num-files", 5, "--json", timeout=300).stdout
    )
    claims = {claim["claim"]: claim for claim in result["claims"]}
    assert len(claims) == 8
    assert claims["Zero race conditions"]["reached"]
    assert "10,000 files" in claims["Tested with up to 10,000 JSON files"]["measured"]
    assert not (tmp_path / "d/scale").exists()
