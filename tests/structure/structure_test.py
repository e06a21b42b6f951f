"""The rules of the source tree that a script can check: see src/README.md and CONTRIBUTING.md."""

import pathlib
import re
import subprocess

import pytest

SOURCE = pathlib.Path(__file__).resolve().parent.parent.parent
INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]', re.MULTILINE)


def our_files():
    """Every file that is tracked, or would be if added."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=SOURCE,
        capture_output=True,
        check=True,
    ).stdout
    names = [name for name in listing.decode().split("\0") if name]
    return sorted({SOURCE / name for name in names if (SOURCE / name).is_file()})


FILES = our_files()
CPP = [path for path in FILES if path.suffix in (".h", ".cc")]
# Data that may say anything.
DATA_FOLDERS = ("examples/", "tests/cases/", "tests/fuzz/corpus/", "tests/data/")


def name_of(path):
    return path.relative_to(SOURCE).as_posix()


def text_of(path):
    return path.read_text(encoding="utf-8", errors="replace")


def includes_of(path):
    return [match.group(2) for match in INCLUDE.finditer(text_of(path))]


def folder_table():
    """src/README.md: folder -> the set of folders that it may include."""
    table = {}
    for line in text_of(SOURCE / "src/README.md").splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if line.startswith("|") and len(cells) == 3 and re.fullmatch(r"[a-z]+", cells[0]):
            table[cells[0]] = {name.strip() for name in cells[2].split(",") if name.strip()}
    del table["folder"]
    return table


def src_folder(path):
    """The folder below src/ that holds the file, or None."""
    parts = path.relative_to(SOURCE).parts
    return parts[1] if parts[0] == "src" and len(parts) > 2 else None


def test_the_table_names_every_folder_of_src():
    folders = {src_folder(path) for path in CPP} - {None}
    unnamed = folders - set(folder_table())
    assert not unnamed, f"src/README.md has no row for {sorted(unnamed)}"
    gone = set(folder_table()) - folders
    assert not gone, f"src/README.md has a row for {sorted(gone)}, which src/ has not"


def test_the_table_is_in_order():
    seen = set()
    for folder, may_include in folder_table().items():
        assert may_include <= seen, f"{folder} may include {may_include - seen}, which come later"
        seen.add(folder)


def test_folders_include_what_their_row_names():
    table = folder_table()
    wrong = []
    for path in CPP:
        folder = src_folder(path)
        for include in includes_of(path):
            other = include.split("/")[0] if "/" in include else None
            if include.startswith(("src/", "../", "include/")):
                wrong.append(f"{name_of(path)}: write {include} from src/ or include/")
            elif folder is None and name_of(path).startswith("include/") and other in table:
                wrong.append(f"{name_of(path)} includes {include}: public headers stand alone")
            elif folder and other in table and other != folder and other not in table[folder]:
                wrong.append(f"{name_of(path)} includes {include}")
    assert not wrong, "src/README.md does not allow:\n" + "\n".join(wrong)


@pytest.mark.parametrize(
    "what, pattern, allowed",
    [
        ("parquet", r"#\s*include\s+<parquet/|\bparquet::", {"store", "ledger", "export"}),
        ("DuckDB", r"#\s*include\s+[<\"]duckdb\.h|\bduckdb_\w+\s*\(", {"query"}),
        ("CLI11", r"#\s*include\s+<CLI/", {"cli"}),
    ],
)
def test_one_folder_touches_each_library(what, pattern, allowed):
    wrong = [
        name_of(path)
        for path in CPP
        if (src_folder(path) or name_of(path).startswith("include/"))
        and src_folder(path) not in allowed
        and not path.name.endswith("_test.cc")
        and re.search(pattern, text_of(path))
    ]
    assert not wrong, f"only {sorted(allowed)} may touch {what}: {wrong}"


def test_names_say_something():
    vague = re.compile(r"(^|_)(utils?|helpers?|common|misc|managers?)(_|$)")
    wrong = [
        name_of(path)
        for path in FILES
        if not name_of(path).startswith(DATA_FOLDERS)
        and any(vague.search(part.split(".")[0].lower()) for part in path.relative_to(SOURCE).parts)
    ]
    assert not wrong, f"name what is in them: {wrong}"


def test_folders_are_three_deep_at_most():
    wrong = [
        name_of(path)
        for path in CPP
        if len(path.relative_to(SOURCE).parts) > 4 and not name_of(path).startswith(DATA_FOLDERS)
    ]
    assert not wrong, wrong


def test_files_are_short():
    wrong = []
    for path in CPP:
        lines = text_of(path).count("\n")
        is_test = path.name.endswith("_test.cc") or name_of(path).startswith("tests/")
        limit = 1000 if is_test else 200 if path.suffix == ".h" else 600
        if lines > limit:
            wrong.append(f"{name_of(path)}: {lines} lines, {limit} at most")
    assert not wrong, "\n".join(wrong)


def test_headers_begin_with_what_they_do_and_are_included_once():
    wrong = []
    for path in CPP:
        if path.suffix != ".h":
            continue
        text = text_of(path)
        if not text.startswith("// ") or "#pragma once" not in text:
            wrong.append(name_of(path))
    assert not wrong, f"these headers lack a first comment or #pragma once: {wrong}"


def test_the_public_headers_are_a_dozen_at_most():
    public = [name_of(path) for path in CPP if name_of(path).startswith("include/")]
    assert len(public) <= 12, public


def test_nothing_names_a_registry_host_or_a_place_on_one_machine():
    # Put together here, so that this file does not name them.
    hosts = ["pypi" + ".org", "pythonhosted" + ".org", "npmjs" + ".", "debian" + ".org", "crates" + ".io"]
    settings = ["index" + "-url", "registry" + "="]
    places = re.compile(r"(?<![\w.~-])/(home|root|work|Users)/[\w.]")
    wrong = []
    for path in FILES:
        if name_of(path).startswith(DATA_FOLDERS) or path == pathlib.Path(__file__).resolve():
            continue
        text = text_of(path)
        wrong += [f"{name_of(path)}: {word}" for word in hosts + settings if word in text]
        wrong += [f"{name_of(path)}: {match.group(0)}..." for match in places.finditer(text)]
    assert not wrong, "\n".join(wrong)


def test_every_dependency_has_its_reason():
    reasons = text_of(SOURCE / "docs/dependencies.md")
    names = [
        line.split()[1]
        for line in text_of(SOURCE / "deps/versions").splitlines()
        if line.strip() and not line.startswith("#")
    ]
    missing = [name for name in names if f"`{name}`" not in reasons]
    assert not missing, f"docs/dependencies.md does not say why: {missing}"
