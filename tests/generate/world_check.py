"""An independent reader of generated documents: plain Python and pandas, none of roost's own code.

Loads a folder of documents into frames, in the order of the files, and counts what is wrong by the
school's rules. `document` is the place of a row's document in that order.
"""

import json
import pathlib

import pandas

TABLES = ("teachers", "classes", "students", "enrollments")


def document_files(folder):
    return sorted(path for path in pathlib.Path(folder).glob("*.json") if not path.name.startswith("_"))


def read_documents(folder):
    """[(file name, document or None if it is no JSON)]"""
    documents = []
    for path in document_files(folder):
        try:
            documents.append((path.name, json.loads(path.read_bytes().decode("utf-8"))))
        except (ValueError, UnicodeDecodeError):
            documents.append((path.name, None))
    return documents


def frames_of(documents, tables=TABLES):
    rows = {table: [] for table in tables}
    for number, (name, document) in enumerate(documents):
        for table in tables:
            for index, row in enumerate((document or {}).get(table, [])):
                rows[table].append({**row, "document": number, "file": name, "index": index})
    return {table: pandas.DataFrame(rows[table]) for table in tables}


def orphans(children, column, parents, key):
    """Rows whose parent is nowhere, or stands in a later document: an orphan in some prefix."""
    first = parents.groupby(key)["document"].min()
    born = children[column].map(first)
    named = children[column].notna()
    return children[named & ~(born <= children["document"])]


def over_full(frames, utilization):
    classes = frames["classes"].drop_duplicates("class_id").set_index("class_id")
    taken = frames["enrollments"].groupby("class_id").size()
    capacity = classes["capacity"].reindex(taken.index) * utilization
    return taken[taken > capacity]


def repeated(frame, columns):
    return frame[frame.duplicated(columns)]


def wrong_grades(students):
    return students[~((students["grade"] >= students["age"] - 6) & (students["grade"] <= students["age"] - 5))]


def school_findings(frames, utilization):
    """What is wrong by the rules of the school, counted."""
    enrollments, students = frames["enrollments"], frames["students"]
    return {
        "orphan teachers of classes": len(orphans(frames["classes"], "teacher_id", frames["teachers"], "teacher_id")),
        "orphan students of enrollments": len(orphans(enrollments, "student_id", students, "student_id")),
        "orphan classes of enrollments": len(orphans(enrollments, "class_id", frames["classes"], "class_id")),
        "over-full classes": len(over_full(frames, utilization)),
        "duplicate teachers": len(repeated(frames["teachers"], ["teacher_id"])),
        "duplicate classes": len(repeated(frames["classes"], ["class_id"])),
        "duplicate students": len(repeated(students, ["student_id"])),
        "duplicate enrollments": len(repeated(enrollments, ["student_id", "class_id"])),
        "wrong grades": len(wrong_grades(students)),
        "values out of range": out_of_range(frames),
        "nulls where none may be": missing_values(frames),
        "texts for numbers": texts_for_numbers(frames),
    }


RANGES = {
    ("classes", "grade_level"): (0, 12),
    ("classes", "capacity"): (20, 36),
    ("students", "age"): (6, 18),
    ("students", "gpa"): (0, 4),
    ("enrollments", "score"): (0, 100),
}
REQUIRED = {
    "teachers": ("teacher_id", "name", "subject", "hired"),
    "classes": ("class_id", "teacher_id", "grade_level", "name", "room", "capacity", "schedule"),
    "students": ("student_id", "name", "age", "grade", "enrolled_at"),
    "enrollments": ("student_id", "class_id", "tags"),
}


def out_of_range(frames):
    count = 0
    for (table, column), (low, high) in RANGES.items():
        values = pandas.to_numeric(frames[table][column], errors="coerce").dropna()
        count += int(((values < low) | (values > high)).sum())
    return count


def missing_values(frames):
    return sum(int(frames[table][list(columns)].isna().sum().sum()) for table, columns in REQUIRED.items())


def texts_for_numbers(frames):
    return sum(int(frames[table][column].map(type).eq(str).sum()) for table, column in RANGES)
