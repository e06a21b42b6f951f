"""Planted faults are exactly those that an independent reader finds, and nothing else is wrong."""

import json
import re
import subprocess

import pytest
import world_check
from world_check import RANGES, REQUIRED, TABLES

KINDS = {
    "orphan": 0.02,
    "late_parent": 0.05,
    "over_capacity": 0.05,
    "duplicate": 0.02,
    "clash": 0.02,
    "age_grade": 0.02,
    "null_burst": 0.1,
    "outlier": 0.02,
    "unit_swap": 0.2,
    "type_flip": 0.02,
    "truncated": 0.05,
    "malformed": 0.05,
    "duplicate_file": 0.05,
}
REFERENCES = [
    ("classes", "teacher_id", "teachers"),
    ("enrollments", "student_id", "students"),
    ("enrollments", "class_id", "classes"),
]
KEYS = {
    "teachers": ["teacher_id"],
    "classes": ["class_id"],
    "students": ["student_id"],
    "enrollments": ["student_id", "class_id"],
}


def places(rows, table, column=None):
    end = f".{column}" if column else ""
    return {(file, f"$.{table}[{index}]{end}") for file, index in zip(rows["file"], rows["index"])}


def text_of(row):
    return json.dumps({k: v for k, v in row.items() if k not in ("document", "file", "index")})


def repeats(documents):
    """Rows that are their predecessor once more, and rows with a key that came before."""
    duplicates, clashes = set(), set()
    for table in TABLES:
        seen = {}
        for name, document in documents:
            for index, row in enumerate((document or {}).get(table, [])):
                key = tuple(json.dumps(row[column]) for column in KEYS[table])
                if key not in seen:
                    seen[key] = text_of(row)
                elif seen[key] == text_of(row):
                    duplicates.add((name, f"$.{table}[{index}]"))
                else:
                    clashes.add((name, f"$.{table}[{index}].{KEYS[table][0]}"))
    return duplicates, clashes


def numbers_of(documents):
    """(file, path, value, low, high) of every number that has a range."""
    for name, document in documents:
        yield name, "$.run_seconds", document["run_seconds"], 1, 3600
        for index, row in enumerate(document["classes"]):
            yield name, f"$.classes[{index}].schedule.period", row["schedule"]["period"], 1, 8
        for (table, column), (low, high) in RANGES.items():
            for index, row in enumerate(document[table]):
                yield name, f"$.{table}[{index}].{column}", row[column], low, high


def found(documents, clean):
    """{what is wrong: {(file, path)}} by the rules of the school; `clean` has no fault."""
    wrong = {"no JSON": {(name, "$") for name, document in documents if document is None}}
    whole = [(name, document) for name, document in documents if document is not None]
    texts = {}
    for name, document in whole:
        texts.setdefault(json.dumps(document), []).append(name)
    copies = {name for names in texts.values() for name in sorted(names, key=len)[1:]}
    wrong["delivered twice"] = {(name, "$") for name in copies}
    whole = [(name, document) for name, document in whole if name not in copies]
    frames = world_check.frames_of(whole)
    wrong["no parent"] = {
        place
        for table, column, parents in REFERENCES
        for place in places(
            world_check.orphans(frames[table], column, frames[parents], column), table, column
        )
    }
    over_full = world_check.over_full(frames, 1.0)
    rows = frames["classes"][frames["classes"]["class_id"].isin(over_full.index)]
    wrong["over-full"] = places(rows, "classes")
    wrong["row twice"], wrong["key twice"] = repeats(whole)
    wrong["grade"] = places(world_check.wrong_grades(frames["students"]), "students", "grade")
    wrong["null"] = {
        place
        for table, columns in REQUIRED.items()
        for column in columns
        for place in places(frames[table][frames[table][column].isna()], table, column)
    }
    numbers = list(numbers_of(whole))
    wrong["text"] = {(n, p) for n, p, value, *_ in numbers if isinstance(value, str)}
    was = {(n, p): value for n, p, value, *_ in numbers_of(clean) if p == "$.run_seconds"}
    wrong["unit"] = {
        (n, p) for n, p, value, *_ in numbers if (n, p) in was and value == was[n, p] * 1000
    }
    wrong["range"] = {
        (n, p)
        for n, p, value, low, high in numbers
        if isinstance(value, (int, float)) and not low <= value <= high
    } - wrong["unit"]
    return wrong


SHOWS_AS = {
    "orphan": "no parent",
    "late_parent": "no parent",
    "over_capacity": "over-full",
    "duplicate": "row twice",
    "clash": "key twice",
    "age_grade": "grade",
    "null_burst": "null",
    "outlier": "range",
    "unit_swap": "unit",
    "type_flip": "text",
    "truncated": "no JSON",
    "malformed": "no JSON",
    "duplicate_file": "delivered twice",
}


def value_at(document, path):
    value = document
    for name, index in re.findall(r"\.(\w+)|\[(\d+)\]", path):
        value = value[name] if name else value[int(index)]
    return value


def run(roost, folder, inject, documents):
    arguments = ["--inject", inject] if inject else []
    roost("generate", "--output-dir", folder, "--num-iterations", documents, "--seed", 3, *arguments)
    return world_check.read_documents(folder)


@pytest.fixture(scope="module")
def clean(binary, tmp_path_factory):
    folder = tmp_path_factory.mktemp("clean")
    subprocess.run(
        [binary, "generate", "--output-dir", folder, "--num-iterations", "120", "--seed", "3"],
        check=True,
        capture_output=True,
    )
    assert not (folder / "_truth.json").exists()
    return world_check.read_documents(folder)


def check(roost, folder, clean, inject):
    documents = run(roost, folder, inject, 120)
    truth = json.loads((folder / "_truth.json").read_text())
    assert (truth["world"], truth["seed"], truth["inject"]) == ("school", 3, inject)
    planted = {what: set() for what in SHOWS_AS.values()}
    contents = dict(documents)
    for fault in truth["faults"]:
        place = (fault["file"], fault["path"])
        planted[SHOWS_AS[fault["kind"]]].add(place)
        if "field" in fault:
            assert value_at(contents[fault["file"]], fault["path"]) == fault["after"]
            assert fault["before"] != fault["after"]
    wrong = found(documents, clean)
    for what in planted:
        assert wrong[what] == planted[what], what
    assert sum(map(len, planted.values())) == len(truth["faults"])
    return truth["faults"]


@pytest.mark.parametrize("kind", KINDS)
def test_of_each_kind_exactly_the_planted_are_found(roost, tmp_path, clean, kind):
    faults = check(roost, tmp_path, clean, f"{kind}={KINDS[kind]}")
    assert len(faults) >= 3
    assert {fault["kind"] for fault in faults} == {kind}


def test_of_all_kinds_together_exactly_the_planted_are_found(roost, tmp_path, clean):
    faults = check(roost, tmp_path, clean, ",".join(f"{k}={v / 2}" for k, v in KINDS.items()))
    assert {fault["kind"] for fault in faults} == set(KINDS)


def test_clean_documents_show_nothing(clean):
    assert not any(found(clean, clean).values())


def test_values_before_are_those_of_a_clean_run(roost, tmp_path, clean):
    """Kinds that change one value each leave all others as they were."""
    kinds = ("orphan", "late_parent", "age_grade", "null_burst", "outlier", "unit_swap", "type_flip")
    documents = run(roost, tmp_path, ",".join(f"{kind}=0.03" for kind in kinds), 120)
    faults = json.loads((tmp_path / "_truth.json").read_text())["faults"]
    originals = dict(clean)
    for fault in faults:
        assert value_at(originals[fault["file"]], fault["path"]) == fault["before"]
        place, _, field = fault["path"].rpartition(".")
        value_at(originals[fault["file"]], place)[field] = fault["after"]
    others = [name for name, document in documents if document != originals[name]]
    assert others == []  # whole documents would take pytest minutes to compare in words


# Each rate is asked of so many rows or documents that one in ten more or less is no chance.
@pytest.mark.parametrize(
    ("kind", "table", "share_of_rows"),
    [
        ("orphan", "enrollments", 1),
        ("duplicate", "enrollments", 1),
        ("duplicate", "students", 1),
        ("clash", "students", 1),
        ("age_grade", "students", 1),
        ("over_capacity", "classes", 1),
        ("outlier", "enrollments", 0.9),  # a score in ten is null
        ("type_flip", "enrollments", 0.9),
    ],
)
def test_the_share_is_what_was_asked_for(roost, tmp_path, kind, table, share_of_rows):
    documents, share = 2000, 0.04
    roost("generate", "--output-dir", tmp_path, "--num-iterations", documents, "--format", "ndjson",
          "--inject", f"{kind}={share}")
    faults = json.loads((tmp_path / "_truth.json").read_text())["faults"]
    rows = documents * {"classes": 4, "students": 20, "enrollments": 50.7}[table]
    planted = sum(fault["table"] == table for fault in faults)
    assert planted / rows == pytest.approx(share * share_of_rows, rel=0.1)
