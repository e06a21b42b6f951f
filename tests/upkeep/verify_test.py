"""roost verify: a store in order is found to be so, and every kind of damage is found and named."""

import ctypes
import ctypes.util
import json
import os
import pathlib
import shutil
import subprocess

import deltalake
import pyarrow as pa
import pyarrow.parquet as pq
import pytest


def verify(roost, store, *arguments, exit_code=0):
    return json.loads(roost("verify", store, "--json", *arguments, exit_code=exit_code).stdout)


@pytest.fixture
def store(roost, tmp_path):
    """Three commits: new rows, new columns, and a file that replaced its rows and had rejects."""
    folder = tmp_path / "in"
    folder.mkdir()
    for batch in range(3):
        for n in range(4):
            document = {"n": n, "rows": [{"x": x} for x in range(3)]}
            document |= {"late": batch} if batch else {}
            (folder / f"r_{batch}{n}.json").write_text(json.dumps(document))
        if batch == 2:
            (folder / "r_00.json").write_text('{"n": 9}\n{"n": 10}\n{"n": ')
        roost("ingest", folder, "--output-dir", tmp_path / "out", "--no-relate", "--quiet")
    return tmp_path / "out"


def parts(store, table="rows"):
    return sorted((store / "delta" / table).glob("*.parquet"))


def live(store, table="rows"):
    return sorted((store / f"{table}.parquet").resolve().glob("part-*.parquet"))


def last_log(store, table="delta/rows"):
    return sorted((store / table / "_delta_log").glob("0*.json"))[-1]


def in_place(path, change):
    """Other bytes in the same file, so that hard links stay."""
    data = bytearray(path.read_bytes())
    change(data)
    with open(path, "r+b") as file:
        file.write(data)
        file.truncate(len(data))


def flip(data):
    data[len(data) // 3] ^= 0xFF


def replace_log(store, old, new, table="delta/rows"):
    path = last_log(store, table)
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def damaged_rows(store, table, change):
    """The table's last part with other rows, and a log that says that this is right."""
    path = live(store, table)[-1]
    rows = change(pq.read_table(path))
    bytes_before = path.stat().st_size
    pq.write_table(rows, str(path) + ".new")
    with open(path, "r+b") as file:
        file.write(pathlib.Path(str(path) + ".new").read_bytes())
        file.truncate()
    os.remove(str(path) + ".new")
    for log in [*(store / "delta" / table / "_delta_log").glob("0*.json"),
                *(store / "_roost/ledger/_delta_log").glob("0*.json")]:
        lines = []
        for line in log.read_text().splitlines():
            action = json.loads(line)
            adds = [action["add"]] if "add" in action else [
                add for change in action.get("commitInfo", {}).get("roost", {}).get("tables", [])
                for add in change["add"]]
            for add in adds:
                if add["path"] == path.name:
                    assert add["size"] == bytes_before
                    add["size"] = path.stat().st_size
                    add["stats"] = json.dumps({"numRecords": rows.num_rows})
                    add["tags"].pop("roost.xxh3")
            lines.append(json.dumps(action))
        log.write_text("\n".join(lines) + "\n")


def set_column(name, values):
    def change(rows):
        at = rows.schema.get_field_index(name)
        column = pa.array(values(rows.column(name).to_pylist()), pa.int64())
        return rows.set_column(at, rows.schema.field(at), column)

    return change


DAMAGE = {
    "a part is gone": (lambda s: os.remove(s / "delta/rows" / live(s)[-1].name), "part", "there is no such file"),
    "a part is shorter": (lambda s: in_place(live(s)[-1], lambda d: d.__delitem__(slice(-9, None))), "part", "bytes"),
    "a bit of a part has turned": (lambda s: in_place(live(s)[-1], flip), "part", "not those that were written"),
    "a footer cannot be read": (lambda s: in_place(live(s)[-1], lambda d: d.__setitem__(slice(-30, -8), b"\xff" * 22)),
                                "part", ""),
    "the log counts other rows": (lambda s: replace_log(s, '\\"numRecords\\":', '\\"numRecords\\":9'), "part", "rows"),
    "the log says other columns": (lambda s: replace_log(s, '"roost.columns":"', '"roost.columns":"1'), "part", "columns"),
    "a commit of a table is cut off": (lambda s: last_log(s).write_text(last_log(s).read_text()[:-20]), "log", "000002.json"),
    "a commit of a table is gone": (lambda s: os.remove(sorted((s / "delta/rows/_delta_log").glob("0*.json"))[1]),
                                    "log", "missing"),
    "the last commit of a table says less": (
        lambda s: last_log(s).write_text("".join(
            line for line in last_log(s).read_text().splitlines(True) if '"add"' not in line)),
        "ledger", "does not add"),
    "an entry of the ledger is damaged": (
        lambda s: replace_log(s, '"tables":[', '"tables":7,"was":[', "_roost/ledger"), "", "entry"),
    "an account does not balance": (
        lambda s: replace_log(s, '"balanced":true', '"balanced":false', "_roost/ledger"), "account", "balance"),
    "a view's link is gone": (lambda s: os.remove(s / "rows.parquet"), "view", "no view"),
    "a view's link leads nowhere": (
        lambda s: shutil.rmtree((s / "rows.parquet").resolve()), "view", "leads nowhere"),
    "a part is missing from a view": (lambda s: os.remove(live(s)[-1]), "view", "is not in it"),
    "a foreign file lies in a view": (
        lambda s: shutil.copy(live(s)[-1], (s / "rows.parquet").resolve() / "part-x.parquet"), "view", "no live part"),
    "a view has a copy of another file": (
        lambda s: [os.remove(live(s)[-1]), shutil.copy(parts(s)[0], (s / "rows.parquet").resolve() / "x")]
        and os.rename((s / "rows.parquet").resolve() / "x",
                      (s / "rows.parquet").resolve() / sorted(
                          {p.name for p in parts(s)} - {p.name for p in live(s)})[-1]),
        "view", ""),
    "ids come twice": (lambda s: damaged_rows(s, "rows", set_column("_roost_id", lambda v: [v[0]] * len(v))),
                       "rows", "of another"),
    "rows have no parent": (lambda s: damaged_rows(s, "rows", set_column("_roost_parent", lambda v: [12345 + x for x in v])),
                            "rows", "in no row of their parent"),
    "records are missing": (lambda s: damaged_rows(s, "r", lambda rows: rows.slice(1)), "", ""),
    "rows are of no file": (lambda s: damaged_rows(s, "r", set_column("_roost_id", lambda v: [x + (1 << 50) for x in v])),
                            "", ""),
    "file numbers go back": (
        lambda s: sorted((s / "_roost/numbers").glob("0*"))[-1].write_text("1\n"), "numbers", "next file number"),
    "the quarantine has lost its part": (lambda s: os.remove(parts(s, "../_roost/quarantine")[0]), "part", ""),
    "the ledger has lost a part": (lambda s: os.remove(parts(s, "../_roost/ledger")[0]), "part", ""),
}


def test_a_store_in_order_is_found_so(roost, store):
    found = verify(roost, store)
    assert found["problems"] == [] and found["notes"] == []
    assert (found["version"], found["tables"], found["files"]) == (3, 2, 13)
    assert found["rows"] > 12 * 3
    assert "all is well" in roost("verify", store).stdout
    assert verify(roost, store, "--quick")["problem_count"] == 0


@pytest.mark.parametrize("name", DAMAGE)
def test_damage_is_found_and_named(roost, store, name):
    damage, check, words = DAMAGE[name]
    damage(store)
    found = verify(roost, store, exit_code=3)
    told = [p for p in found["problems"] if check in p["check"] and words in p["where"] + p["what"]]
    assert told, found["problems"]
    assert all(p["where"] and p["advice"] for p in found["problems"])


def test_runs_of_takes_are_read(roost, tmp_path):
    (tmp_path / "in").mkdir()
    for n in range(5000):
        (tmp_path / "in" / f"r_{n}.json").write_text("{}")
    roost("ingest", tmp_path / "in", "--output-dir", tmp_path / "out", "--no-relate", "--quiet")
    assert verify(roost, tmp_path / "out")["problem_count"] == 0
    run = next((tmp_path / "out/_roost/takes").glob("*.takes"))
    in_place(run, flip)
    found = verify(roost, tmp_path / "out", exit_code=3)
    assert [p["check"] for p in found["problems"]] == ["takes"]
    os.remove(run)
    assert verify(roost, tmp_path / "out", exit_code=3)["problems"][0]["check"] == "takes"


def test_rows_of_other_tools_are_no_problem(roost, store):
    table = deltalake.DeltaTable(store / "delta/r")
    rows = table.to_pyarrow_table().slice(0, 2)
    null = pa.nulls(2, pa.int64())
    for name in ("_roost_id", "_roost_shape"):
        rows = rows.set_column(rows.schema.get_field_index(name), name, null)
    deltalake.write_deltalake(store / "delta/r", rows, mode="append")
    found = verify(roost, store)
    assert found["problems"] == []
    assert any("the next writer" in note for note in found["notes"])


def test_checkpoints_are_compared_with_commits(roost, store, tmp_path):
    for n in range(22):
        (tmp_path / "in" / f"r_9{n}.json").write_text(json.dumps({"n": n, "rows": [{"x": n}]}))
        roost("ingest", tmp_path / "in", "--output-dir", store, "--no-relate", "--quiet")
    checkpoint = sorted((store / "delta/rows/_delta_log").glob("*.checkpoint.parquet"))[-1]
    assert verify(roost, store)["problems"] == []
    rows = pq.read_table(checkpoint)
    last = max(i for i, add in enumerate(rows["add"].to_pylist()) if add)
    pq.write_table(pa.concat_tables([rows.slice(0, last), rows.slice(last + 1)]), checkpoint)
    found = verify(roost, store, exit_code=3)
    assert any(p["where"].endswith(checkpoint.name) for p in found["problems"])


@pytest.fixture
def described(roost, store, tmp_path):
    """With sketches, and what validate keeps."""
    roost("describe", store)
    roost("validate", "--output-dir", store, "--quiet", exit_code=1)  # no primary key
    assert list((store / "_roost/sketches/rows").glob("*.sketches")) and list((store / "_roost/validate").glob("*.kept"))
    return store


def test_what_lies_beside_parts_is_looked_at(roost, described):
    found = verify(roost, described)
    assert found["problems"] == [] and found["notes"] == []
    for folder in ("sketches/rows", "validate"):
        path = sorted((described / "_roost" / folder).glob("*.[ks]*"))[0]
        whole = path.read_bytes()
        in_place(path, lambda data: data.__setitem__(slice(-12, None), b"x" * 12))
        found = verify(roost, described)
        assert found["problems"] == [] and ["damaged" in note for note in found["notes"]] == [True]
        path.write_bytes(whole)
    roost("compact", described)
    found = verify(roost, described)
    assert found["problems"] == [] and all("of parts that are gone" in note for note in found["notes"])
    assert {note.split()[0] for note in found["notes"]} == {"_roost/validate"}
    assert len(list((described / "_roost/sketches").rglob("*.sketches"))) == 2, "of the two parts that are left"
    (described / "_roost/sketches/rows/part-0.parquet.sketches").write_bytes(b"")
    assert any("_roost/sketches has 1 " in note for note in verify(roost, described)["notes"])


def xxh3_64(data):
    library = ctypes.CDLL(ctypes.util.find_library("xxhash"))
    library.XXH3_64bits.restype = ctypes.c_uint64
    library.XXH3_64bits.argtypes = [ctypes.c_char_p, ctypes.c_size_t]
    return library.XXH3_64bits(data, len(data))


def test_a_sketch_that_says_other_than_its_part_is_a_problem(roost, described):
    sketches = {}  # by how many rows there are: one of each
    for path in sorted((described / "_roost/sketches/rows").glob("*.sketches")):
        part = described / "delta/rows" / path.name.removesuffix(".sketches")
        sketches[pq.read_metadata(part).num_rows] = (path, part.stat().st_size)
    (one, size), (other, _) = list(sketches.values())[:2]
    data = bytearray(other.read_bytes())
    index = int.from_bytes(data[8:16], "little")
    data[24:32] = size.to_bytes(8, "little")
    data[16:24] = xxh3_64(bytes(data[24 : 24 + index])).to_bytes(8, "little")
    one.write_bytes(data)
    found = verify(roost, described, exit_code=3)
    assert [(p["check"], p["where"]) for p in found["problems"]] == [("sketch", f"_roost/sketches/rows/{one.name}")]


def test_what_is_no_store_is_refused(roost, tmp_path):
    assert "is no store" in roost("verify", tmp_path, exit_code=3).stderr
    assert "is no store" in roost("verify", tmp_path / "none", exit_code=3).stderr
