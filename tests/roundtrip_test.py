"""The laws of ingest and export: every JSON value comes back, and nothing else decides the tables.

export(ingest(x)) = x, as sequences of JSON values; exporting, ingesting and exporting again gives
the same bytes; the order of arguments, threads and memory change nothing in the tables.
"""

import gzip
import json
import pathlib
import random
import tarfile

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from json_values import values_in, values_of
from random_json import Documents, deep_array, deep_object

TRICKY = {
    "scalars": "1\n2.5\n\"x\"\nnull\ntrue\n-0\n1e309\n" + "9" * 50 + "\n",
    "types_flip": '{"a":1}{"a":"x"}{"a":1.5}{"a":null}{"a":true}{"a":[1]}{"a":{"b":1}}{"a":[{}]}{}',
    "numbers": '[{"a":9007199254740993},{"a":1.5},{"a":-0},{"a":0},{"a":1e308},{"a":1e309},'
    '{"a":123456789012345678},{"a":1234567890123456789},{"a":12345678901234567890},'
    '{"a":123456789012345678901234567890},{"a":1.0},{"a":1e0},{"a":5e-324}]',
    "big_ints": '{"a":1}\n{"a":99999999999999999999}\n{"a":' + "1" * 38 + "}\n{\"a\":" + "1" * 39 + "}",
    "keys": '{"":1,"a.b":2,"a/b":3,"a~b":4,"a_b":5,"A_B":6,"a b":7,"ä":8,"\\u0000":9,"\\"":10,'
    '"_roost_id":11,"_roost_shape":12,"key":13,"[":14,"{":15,"~0":16,"a\\\\":17,"\\n":18}',
    "twins": '{"a":{"b":1},"a_b":2,"A":{"B":3},"a__int":"x"}{"a":5,"a__int":6,"a_b":"y"}',
    "repeats": '{"a":1,"b":2,"a":{"a":3,"a":[4,{"a":5}]},"a":[{"c":1,"c":2}],"b":null}',
    "same_repeat": '{"a":[{"x":1}],"a":[{"x":2},{"x":3}]}{"a":1,"a":1,"a":1}',
    "empty": '{"a":{},"b":[],"c":"","d":[[]],"e":[{}],"f":[null],"g":{"h":{}}}{}[]',
    "lists": '{"a":[1,2]}{"a":[1.5,null]}{"a":["x"]}{"a":[true]}{"a":[null,null]}{"a":[]}{"a":5}'
    '{"a":[1,"x"]}{"a":[[1],[2]]}{"a":[9007199254740993,0.5]}{"a":[1e309]}{"a":[-0.0,-0]}'
    '{"a":[99999999999999999999]}{"a":[1.0,2.0]}{"a":[1,2.0]}',
    "losing_lists": '{"a":["x"]}{"a":["y"]}{"a":["z"]}{"a":[1.0,-0.0,1e300,1e-7]}{"a":[-0]}'
    '{"a":[9007199254740993]}{"a":[false,null]}{"a":[0.1,100000.0,1e22]}',
    "matrix": '{"m":[[{"x":1}],[],[{"x":2},null],null]}{"m":[[[{"y":1}]],[]]}{"m":[[1,2],[3]]}'
    '{"m":[[{}]]}[[{"z":1}],[[{"w":2}]]]',
    "mixed": '{"a":[1,"x",null,{"b":[{}]},[]]}{"a":[{"b":1},2]}{"a":[{"b":1}]}{"a":[[],{}]}',
    "dates": '{"d":"2024-02-29","t":"2024-02-29T12:00:00Z","u":"2024-02-29 12:00:00.123"}'
    '{"d":"0001-01-01","t":"9999-12-31T23:59:59Z","u":"1969-12-31 23:59:59"}'
    '{"d":null,"t":"1970-01-01T00:00:00Z","u":"1970-01-01 00:00:00.001"}',
    "no_dates": '{"d":"2024-02-29","t":"2024-02-29T12:00:00.5Z","u":"2024-01-01T00:00:00+00:00"}'
    '{"d":"2023-02-29","t":"2024-02-29T12:00:00.50Z","u":"2024-01-01T00:00:00+01:00"}',
    "zero_fractions": '{"t":"2024-01-01T00:00:00.000"}{"t":"2024-01-01T00:00:00"}',
    "texts": '{"t":"\\u0000\\u001f\\"\\\\\\/\\b\\f\\n\\r\\t\\ud83d\\ude00\\u00e9\\u2028"}{"t":"a\\u0000b"}',
    "raw": '{"a":[1, "x" , {"b" :\t"  \\" "}\n]}\n{"a":{"b":1e5 },"a":[ 1 , {} ]}',
    "deep": deep_array(1024) + "\n" + deep_object(1024) + "\n" + deep_array(1000, '{"a":1}'),
    "deep_tables": deep_object(300, deep_array(300, '{"a":[1,2]}')),
    "long_list": '{"a":[' + ",".join(["1"] * 33 + ["null", "2"] * 100_000) + "]}",
    "many_items": '{"a":[1,null,2,null,3]}{"a":[null,1,null,2]}{"a":[1]}{"a":[]}{}{"a":null}' * 8_000,
    "long": '{"t":"' + "x" * 200_000 + '","a":[' + ",".join(["1.5"] * 50_000) + "]}",
}


HINTS = {
    "text": "columns: {$.a: text, $.t: text, $.d: text, $.u: text, '$[\"a b\"]': text}",
    "list": "columns: {$.a: list, $.t: list, $.m: list, $.d: list, '$.m[*]': list}",
    "json": "columns: {$.a: json, $.t: json, '$.m[*]': json, $.d: json}",
    "records": "columns: {$: json}",
    "rows": "columns: {$: list, '$[*].a': text}",
    "times": "columns: {$.d: {timestamp: '%Y-%m-%d'}, $.t: {timestamp: '%Y-%m-%dT%H:%M:%SZ'},"
    " $.u: {timestamp: '%Y-%m-%d %H:%M:%S[.%3f]'}, $.a: {timestamp: '%d.%m.%y'}}",
    "maps": "columns: {$.a.*: text, $.c.*: list}",
}


@pytest.fixture
def round_trip(roost, tmp_path):
    """Ingests, exports, compares, and does it again with what came out."""

    def run(folder, *options, check_again=True):
        store, back = tmp_path / "store", tmp_path / "back"
        roost("ingest", folder, "--output-dir", store, "--quiet", *options)
        roost("export", store, "--output-dir", back)
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        for path in files:
            name = path.relative_to("/").with_name(path.name.removesuffix(".gz"))
            assert (back / name).exists(), f"{path} did not come back"
            assert values_in(back / name) == values_in(path), f"{path} came back as {back / name}"
        assert sum(path.is_file() for path in back.rglob("*")) == len(files)
        if check_again:
            again(back, *options)

    def again(back, *options):
        store, twice = tmp_path / "store2", tmp_path / "twice"
        roost("ingest", back, "--output-dir", store, "--quiet", *options)
        roost("export", store, "--output-dir", twice)
        for path in back.rglob("*"):
            if path.is_file():
                other = twice / path.relative_to("/")
                assert other.read_bytes() == path.read_bytes(), f"{path} changed in the second round"

    return run


def test_tricky_documents_come_back(round_trip, tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    for name, text in TRICKY.items():
        (folder / f"{name}.json").write_text(text, encoding="utf-8")
    round_trip(folder)


def test_tricky_documents_come_back_from_one_table(round_trip, tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    for name, text in TRICKY.items():
        (folder / f"{name}.json").write_text(text, encoding="utf-8")
    round_trip(folder, "--table", "all")


def write_random(folder, seed, roots):
    """Files of several roots, which share the tables of their keys."""
    for root in range(roots):
        documents = Documents(seed * 1000 + root)
        for number in range(documents.random.randint(1, 4)):
            data = documents.file()
            name = f"{chr(97 + root % 26)}{'x' * (root // 26)}_{number}.json"
            path = folder / documents.random.choice(["d/e", "d", "."]) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if documents.random.random() < 0.1:
                path, data = path.with_name(name + ".gz"), gzip.compress(data)
            path.write_bytes(data)


@pytest.mark.parametrize("seed", range(2))
def test_random_documents_come_back(round_trip, tmp_path, seed):
    write_random(tmp_path / "in", seed, roots=30)
    round_trip(tmp_path / "in")


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 200))
def test_many_random_documents_come_back(round_trip, tmp_path, seed):
    write_random(tmp_path / "in", seed, roots=30)
    round_trip(tmp_path / "in")


def write_lines(path, records):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")


def test_maps_come_back(round_trip, tmp_path):
    values = [1, "x", None, {}, {"a": [1]}, [], [{"b": 1}], [[{"c": 2}]], 1.5, {"d": {"e": None}}]
    write_lines(
        tmp_path / "in/maps.json",
        [
            {"id": i, "by_name": {f"k{i * 7 + j}": values[(i + j) % 10] for j in range(i % 8)}}
            for i in range(400)
        ],
    )
    write_lines(
        tmp_path / "in/whole.json", [{f"k{i * 3 + j}": {"n": j} for j in range(3)} for i in range(200)]
    )
    round_trip(tmp_path / "in")


def test_more_columns_than_a_table_takes_come_back(round_trip, tmp_path):
    chance = random.Random(1)
    values = [1, "x", None, 2.5, True, [1, None], ["y"], [1, "z"], {"deep": 1}, [], [{"t": 1}]]
    write_lines(
        tmp_path / "in/wide.json",
        [{f"c{i}": chance.choice(values) for i in range(2600)} for _ in range(4)],
    )
    round_trip(tmp_path / "in")


def test_more_shapes_than_a_footer_takes_come_back(round_trip, tmp_path):
    chance = random.Random(2)
    keys = [f"k{i}" for i in range(20)]
    write_lines(
        tmp_path / "in/shapes.json",
        [
            {"c": [dict.fromkeys(chance.sample(keys, 10), i) for _ in range(2)], "i": i}
            for i in range(3000)
        ],
    )
    round_trip(tmp_path / "in")


def test_a_document_with_one_huge_array_comes_back(round_trip, tmp_path):
    rows = [{"n": i, "of": [{"m": i}, {"m": None}] if i % 3 else []} for i in range(40_000)]
    path = tmp_path / "in/huge.json"
    path.parent.mkdir()
    path.write_text(json.dumps({"before": [{"x": 1}], "rows": rows, "after": [{"y": 2}]}))
    round_trip(tmp_path / "in", "--max-record", "1MB", check_again=False)


def tables_of(store):
    """Every table of a store: rows in the order of their ids, and what its footer says."""
    tables = {}
    for folder in sorted(store.glob("*.parquet")):
        table = pa.concat_tables(pq.read_table(part) for part in sorted(folder.iterdir()))
        facts = json.loads(table.schema.metadata[b"roost"])
        shapes = json.loads(table.schema.metadata.get(b"roost.shapes", b"{}"))
        tables[folder.name] = (facts, shapes, table.sort_by(facts["id"]).replace_schema_metadata())
    return tables


@pytest.mark.parametrize("seed", [7])
def test_order_threads_and_memory_change_nothing(roost, tmp_path, seed):
    folder = tmp_path / "in"
    write_random(folder, seed, roots=12)
    write_lines(folder / "many.json", [{"i": i, "c": [{"j": i}] * (i % 4)} for i in range(5_000)])
    write_lines(folder / "flip.json", [{"v": i if i < 9000 else f"{i}"} for i in range(10_000)])
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    runs = [["--threads", 1], ["--threads", 3], ["--threads", 8], ["--threads", 2, "--memory", "64MB"]]
    first = None
    for number, options in enumerate(runs):
        random.Random(number).shuffle(files)
        store = tmp_path / f"store{number}"
        roost("ingest", *files, "--output-dir", store, "--quiet", *options)
        tables = tables_of(store)
        first = first or tables
        assert tables.keys() == first.keys()
        for name, (facts, shapes, table) in tables.items():
            assert facts == first[name][0], name
            assert shapes == first[name][1], name
            assert table.equals(first[name][2]), name


def shared_data():
    """Real files that some workplaces have beside the source tree."""
    return pathlib.Path(__file__).resolve().parent.parent.parent / "shared/data/json.tar.xz"


@pytest.mark.slow
@pytest.mark.skipif(not shared_data().exists(), reason="no real files at hand")
@pytest.mark.parametrize(
    "name, pattern", [("football", "*"), ("pegasus", "*"), ("examples", "*"), ("jsontestsuite", "y_*")]
)
def test_real_files_come_back(round_trip, tmp_path, name, pattern):
    with tarfile.open(shared_data()) as archive:
        archive.extractall(tmp_path, filter="data")
    folder = tmp_path / "json" / name
    for path in list(folder.rglob("*")):
        if path.is_file() and not (path.match(pattern) and "json" in path.suffix):
            path.unlink()
    table = ["--table", name] if name == "jsontestsuite" else []
    round_trip(folder, "--max-record", "1GB", *table)


def test_the_comparison_itself_is_strict():
    for one, other in [
        ("1", "2"), ("1", "1.5"), ("0", "-0"), ('"1"', "1"), ("true", "1"), ("1e309", "1e310"),
        ("9007199254740993", "9007199254740992.0"), ('{"a":1,"b":2}', '{"b":2,"a":1}'),
        ('{"a":1,"a":2}', '{"a":2}'), ("[]", "{}"), ("null", "[]"), ("{}", "{} {}"),
        ('"-0"', "-0"), ("false", "0"), ('"\\u0000"', '""'),
    ]:  # fmt: skip
        assert values_of(one) != values_of(other), (one, other)
    assert values_of("1 1.0 1e0 10e-1") == [1, 1, 1, 1]
    assert values_of("-0 -0.0") == [values_of("-0")[0]] * 2


@pytest.mark.parametrize("hints", HINTS)
def test_hints_lose_nothing(round_trip, tmp_path, hints):
    folder = tmp_path / "in"
    folder.mkdir()
    for name, text in TRICKY.items():
        (folder / f"{name}.json").write_text(text, encoding="utf-8")
    config = tmp_path / "roost.yaml"
    config.write_text(HINTS[hints], encoding="utf-8")
    round_trip(folder, "--no-relate", "--config", config)


@pytest.mark.parametrize("seed", range(12))
def test_random_hints_lose_nothing(round_trip, tmp_path, seed):
    chance = random.Random(seed)
    documents = Documents(seed)
    folder = tmp_path / "in"
    folder.mkdir()
    for number in range(4):
        (folder / f"{chance.choice('ab')}_{number}.json").write_bytes(documents.file())
    hints = {}
    for key in documents.keys:
        path = "$[" + json.dumps(key, ensure_ascii=True) + "]"
        hints[path] = chance.choice(["text", "list", "json", {"timestamp": "%Y-%m-%d"}])
    config = tmp_path / "roost.yaml"
    config.write_text(json.dumps({"columns": hints}), encoding="utf-8")
    round_trip(folder, "--no-relate", "--config", config)
