"""JSONTestSuite by N. Seriot: what docs/json.md says of each case is what `roost ingest` does."""

import os
import pathlib
import re
import subprocess
import tarfile

import pyarrow.parquet
import pytest

# Two values each: not one JSON text, but files that roost takes.
TWO_VALUES = {"n_structure_double_array", "n_structure_object_with_trailing_garbage"}


def suite_archive(source):
    named = os.environ.get("ROOST_JSONTESTSUITE")
    return pathlib.Path(named) if named else source.parent / "shared/data/json.tar.xz"


@pytest.fixture(scope="module")
def cases(source, tmp_path_factory):
    """The folder with the suite's files."""
    archive = suite_archive(source)
    if not archive.exists():
        pytest.skip("the suite is not at hand; ROOST_JSONTESTSUITE may name a tar file that has it")
    folder = tmp_path_factory.mktemp("jsontestsuite")
    with tarfile.open(archive) as tar:
        for member in tar:
            path = pathlib.PurePosixPath(member.name)
            if member.isfile() and path.parent.name == "test_parsing" and path.suffix == ".json":
                (folder / path.name).write_bytes(tar.extractfile(member).read())
    return folder


@pytest.fixture(scope="module")
def ledger(binary, cases, tmp_path_factory):
    """Case -> its row in the ledger of one ingest of all."""
    out = tmp_path_factory.mktemp("out") / "store"
    subprocess.run(
        [binary, "ingest", cases, "--output-dir", out, "--table", "t", "--quiet"],
        check=True,
        timeout=120,
    )
    rows = pyarrow.parquet.read_table(out / "_roost/ledger").to_pylist()
    return {pathlib.Path(row["path"]).stem: row for row in rows}


@pytest.fixture(scope="module")
def documented(source):
    """i_ case -> taken or refused, as docs/json.md says."""
    text = (source / "docs/json.md").read_text()
    return dict(re.findall(r"^\| (i_\S+) \| (taken|refused) \|", text, re.MULTILINE))


def test_every_case_is_in_the_ledger(cases, ledger):
    assert set(ledger) == {path.stem for path in cases.iterdir()}


def test_valid_cases_are_taken(ledger):
    wrong = [name for name, row in ledger.items() if name[0] == "y" and row["quarantined"]]
    assert not wrong


def test_invalid_cases_leave_a_reject(ledger):
    taken = {name for name, row in ledger.items() if name[0] == "n" and not row["quarantined"]}
    assert taken == TWO_VALUES


def test_free_cases_are_what_the_page_says(ledger, documented):
    done = {
        name: "refused" if row["quarantined"] else "taken"
        for name, row in ledger.items()
        if name[0] == "i"
    }
    assert done == documented


def test_free_cases_lose_nothing_else(ledger):
    """A case that is refused loads nothing, one that is taken loads its one record."""
    wrong = [
        name
        for name, row in ledger.items()
        if name[0] == "i" and row["loaded"] + row["quarantined"] != 1
    ]
    assert not wrong
