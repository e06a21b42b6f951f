"""References that documents hold in other forms than a column of keys."""

import json
import random

import pytest


@pytest.fixture
def notes(roost, tmp_path):
    """Notes on students and teachers, as documents."""
    draw = random.Random(3)
    students = [{"student_id": 100 + 7 * i, "name": f"N{i}", "born": f"2001-01-{1 + i % 28:02}"} for i in range(300)]
    teachers = [{"teacher_id": 500 + 3 * i, "name": f"T{i}"} for i in range(40)]
    authors = [{"_id": {"$oid": f"{draw.getrandbits(96):024x}"}, "name": f"A{i}"} for i in range(30)]
    rows = []
    for i in range(200):
        student, of_teacher = draw.choice(students), draw.random() < 0.5
        rows.append(
            {
                "note_id": i,
                "owner_type": "teacher" if of_teacher else "App\\Models\\Student",
                "owner_id": draw.choice(teachers)["teacher_id"] if of_teacher else student["student_id"],
                "about": {"$ref": "teachers", "$id": draw.choice(teachers)["teacher_id"]},
                "link": f"https://school.example/api/students/{draw.choice(students)['student_id']}",
                "author": {"$oid": draw.choice(authors)["_id"]["$oid"]},
                "student": {
                    "id": student["student_id"],
                    "name": student["name"] if i % 50 else "old",
                    "born": student["born"] if i != 9 else "1999-01-01",
                },
                "scores_by_student": {str(each["student_id"]): draw.randrange(9) for each in draw.sample(students, 6)},
            }
        )
    (tmp_path / "in").mkdir()
    document = {"students": students, "teachers": teachers, "authors": authors, "notes": rows}
    (tmp_path / "in/result_1.json").write_text(json.dumps(document))
    roost("ingest", tmp_path / "in", "--output-dir", tmp_path / "out")
    return tmp_path / "out"


def found_in(folder):
    found = json.loads((folder / "table_relationships.json").read_text())["relations"]
    return [each for each in found if each["kind"] != "nesting"]


def test_every_form_is_found_and_nothing_else(notes):
    found = {
        (each["table"], each["columns"][0], (each["when"] or {}).get("value"), each["ref_table"], each["tier"])
        for each in found_in(notes)
    }
    assert found == {
        ("notes", "owner_id", "App\\Models\\Student", "students", "certain"),
        ("notes", "owner_id", "teacher", "teachers", "certain"),
        ("notes", "about__id", "teachers", "teachers", "certain"),
        ("notes", "link", None, "students", "certain"),
        ("notes", "author__oid", None, "authors", "certain"),
        ("notes", "student_id", None, "students", "certain"),
        ("notes_scores_by_student", "key", None, "students", "certain"),
    }
    (link,) = [each for each in found_in(notes) if each["columns"] == ["link"]]
    assert link["path_kind"] == "students"
    assert link["samples"][0].isdigit()
    assert "paths that end in students and an id" in link["evidence"][0]
    documented = json.loads((notes / "schema_documentation.json").read_text())["tables"]
    (table,) = [each for each in documented if each["name"] == "notes"]
    kinds = [each["when"]["value"] for each in table["references"] if each["columns"] == ["owner_id"]]
    assert kinds == ["App\\Models\\Student", "teacher"]


def test_readers_are_sent_to_the_rows_that_are_live(notes):
    """The folders below delta/ may also hold parts that are no longer of the table."""
    text = (notes / "DATA_STRUCTURE_README.md").read_text()
    assert "notes.parquet/*.parquet" in text
    assert "delta/" not in text


def test_copies_that_differ_are_shown(roost, notes):
    (relation,) = [each for each in found_in(notes) if each["columns"] == ["student_id"]]
    copies = {each["column"]: each for each in relation["copies"]}
    assert set(copies) == {"student_name", "student_born"}
    assert (copies["student_name"]["rows"], copies["student_name"]["differing_rows"]) == (200, 4)
    assert {each["value"] for each in copies["student_name"]["differences"]} == {"old"}
    assert [each["value"] for each in copies["student_born"]["differences"]] == ["1999-01-01"]
    assert "student_name repeats students.name in 196 of 200 rows" in relation["evidence"]
    wrong = (notes / "DATA_STRUCTURE_README.md").read_text().split("## What looks wrong")[1]
    assert "`notes.student_name` differs from the `students.name` it repeats in 4 of 200 rows" in wrong


def test_only_plain_references_become_constraints(roost, notes):
    sql = roost("describe", notes, "--format", "sql").stdout
    assert 'FOREIGN KEY ("student_id") REFERENCES "students"' in sql
    assert 'FOREIGN KEY ("owner_id")' not in sql and 'FOREIGN KEY ("link")' not in sql
    assert "Ref: notes.link" not in roost("describe", notes, "--format", "dbml").stdout.replace('"', "")
    text = (notes / "DATA_STRUCTURE_README.md").read_text()
    assert "`owner_id` refers to `students.student_id` where `owner_type` is" in text
    assert "the id after `students` in `link` refers to `students.student_id`" in text


def test_what_people_say_holds_for_these_too(roost, notes):
    roost("relate", notes, "--refuse", "notes.link=students.student_id", "--refuse", "notes.owner_id=teachers.teacher_id")
    found = {(each["columns"][0], each["ref_table"]) for each in found_in(notes) if each["table"] == "notes"}
    assert ("link", "students") not in found
    assert ("owner_id", "teachers") not in found
    assert ("owner_id", "students") in found
    roost("relate", notes, "--confirm", "notes.link=students.student_id")
    (link,) = [each for each in found_in(notes) if each["columns"] == ["link"]]
    assert link["confirmed"] and link["orphan_rows"] == 0


def test_a_copy_speaks_for_a_reference(roost, tmp_path):
    """Small numbers without a common word refer to much; that the names agree decides."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    folders = {}
    for with_copy in (False, True):
        folder = folders[with_copy] = tmp_path / str(with_copy)
        folder.mkdir()
        people = {"id": list(range(1, 41)), "name": [f"P{i}" for i in range(40)]}
        bought = [1 + i * 7 % 40 for i in range(200)]
        sales = {"sale": [f"s{i}" for i in range(200)], "whose": bought}
        if with_copy:
            sales["whose_name"] = [people["name"][each - 1] for each in bought]
        for name, table in (("people", people), ("sales", sales)):
            pq.write_table(pa.table(table), folder / f"{name}.parquet")
        roost("relate", folder)
    assert found_in(folders[False]) == []
    (relation,) = found_in(folders[True])
    assert (relation["columns"], relation["ref_table"]) == (["whose"], "people")
