"""Measures `roost relate`: how well it finds what is known, and how long it takes.

    ./dev bench relate [--data FOLDER] [--databases all|fit|test] [--misses] [--evidence FOLDER]

FOLDER, or a .tar.xz of it, holds a folder for each database, with <table>.ndjson files and a
truth.json (docs/relations.md says what is in it); without --data it is
../shared/data/relate-tuning.tar.xz. Each database is turned into plain Parquet files once, below
--work. The split into databases to fit weights on and databases to test with depends on their names
alone: see `is_test`. Worlds, documents and times follow, as far as what they need is there:
../shared/data/json.tar.xz, and `tpchgen-cli` (of PyPI) on the path or named by --tpchgen.
"""

import argparse
import itertools
import json
import pathlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zlib

import pyarrow as pa
import pyarrow.parquet as pq

from measure import relations

SOURCE = pathlib.Path(__file__).resolve().parent.parent
SHARED = SOURCE / "../shared/data"
# These also stand in other collections that weights must not be fitted on.
LEFT_OUT = {"chinook_1", "store_1", "sakila_1", "world_1", "formula_1", "college_2", "flight_4"}


def is_test(name):
    """Two fifths of the databases are kept for testing."""
    return zlib.crc32(name.encode()) % 5 < 2


def column_of(values):
    """An Arrow array of JSON values: of one type if they have one, else of texts."""
    kinds = {type(value) for value in values if value is not None}
    if kinds <= {int} and all(value is None or abs(value) < 2**63 for value in values):
        return pa.array(values, pa.int64())
    if kinds <= {int, float}:
        return pa.array([None if value is None else float(value) for value in values])
    if kinds <= {bool}:
        return pa.array(values, pa.bool_())
    texts = [
        value if value is None or isinstance(value, str) else json.dumps(value) for value in values
    ]
    return pa.array(texts, pa.string())


def write_parquet(ndjson, parquet):
    """One table; columns in the order in which they first come."""
    rows = [json.loads(line) for line in ndjson.read_text().splitlines() if line.strip()]
    names = list(dict.fromkeys(name for row in rows for name in row))
    columns = [column_of([row.get(name) for row in rows]) for name in names]
    pq.write_table(pa.table(columns, names=names), parquet)


def prepare(database, work):
    """The database as Parquet files; made once."""
    folder = work / database.name
    if not folder.exists():
        making = work / (database.name + ".making")
        making.mkdir(parents=True, exist_ok=True)
        for ndjson in sorted(database.glob("*.ndjson")):
            write_parquet(ndjson, making / (ndjson.stem + ".parquet"))
        making.rename(folder)
    return folder


def share(part, rest):
    return part / (part + rest) if part + rest else 1.0


def print_sum(name, scores):
    """Micro averages over several databases."""
    sums = {key: sum(score[key] for score in scores) for key in scores[0] if key != "misses"}
    precision = share(sums["right"], sums["wrong"])
    recall = share(sums["right"], sums["missed"])
    f1 = 2 * precision * recall / max(precision + recall, 1e-9)
    print(
        f"{name:5s} {len(scores):4d} databases  FK P {precision:.3f} R {recall:.3f} F1 {f1:.3f} "
        f"({sums['right']}/{sums['wrong']}/{sums['missed']})  "
        f"certain {share(sums['certain_right'], sums['certain_wrong']):.3f} of "
        f"{sums['certain_right'] + sums['certain_wrong']}  "
        f"composite P {share(sums['wide_right'], sums['wide_wrong']):.2f} "
        f"R {share(sums['wide_right'], sums['wide_missed']):.2f} "
        f"({sums['wide_right']}/{sums['wide_wrong']}/{sums['wide_missed']})  "
        f"PK {sums['keys_exact'] / max(sums['keys'], 1):.3f} "
        f"or another {sums['keys_true'] / max(sums['keys'], 1):.3f} of {sums['keys']}  "
        f"{sums['seconds']:.2f} s"
    )


def databases_in(data, work):
    """The truth files; an archive is unpacked once."""
    if data.is_file():
        unpacked = work / "databases"
        if not unpacked.exists():
            with tarfile.open(data) as tar:
                tar.extractall(work / "databases.making", filter="data")
            (work / "databases.making").rename(unpacked)
        data = unpacked
    return sorted(data.glob("*/truth.json")) or sorted(data.glob("*/*/truth.json"))


def score_databases(arguments, work):
    scores = {}
    for truth in databases_in(arguments.data, work):
        name = truth.parent.name
        part = "test" if is_test(name) else "fit"
        if name in LEFT_OUT or arguments.databases not in ("all", part):
            continue
        folder = prepare(truth.parent, work)
        command = [arguments.roost, "relate", folder, "--no-files", "--score", truth, "--json"]
        if arguments.evidence:
            arguments.evidence.mkdir(parents=True, exist_ok=True)
            command += ["--evidence", arguments.evidence / (name + ".jsonl")]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"{name}: {done.stderr}")
        scores[name] = json.loads(done.stdout)
        if arguments.misses:
            for miss in scores[name]["misses"]:
                print(f"{name}: {miss}")
    if not scores:
        sys.exit(f"no databases in {arguments.data}")
    return scores


def figures(scores):
    """What is asked for, from several databases' scores."""
    sums = {key: sum(score[key] for score in scores) for key in scores[0] if key != "misses"}
    precision = share(sums["right"], sums["wrong"])
    recall = share(sums["right"], sums["missed"])
    wide = [share(sums["wide_right"], sums[other]) for other in ("wide_wrong", "wide_missed")]
    keys = max(sums["keys"], 1)
    return {
        "references, F1": f"{2 * precision * recall / max(precision + recall, 1e-9):.3f}",
        "tier certain, precision": f"{share(sums['certain_right'], sums['certain_wrong']):.3f}",
        "primary key exact": f"{sums['keys_exact'] / keys:.3f}",
        "primary key exact, or another true key": f"{sums['keys_true'] / keys:.3f}",
        "references of several columns, precision / recall": f"{wide[0]:.2f} / {wide[1]:.2f}",
    }


ASKED = (">= 0.95", ">= 0.99", ">= 0.92", ">= 0.96", ">= 0.80 / 0.80")


def database_rows(scores):
    fit, test = (
        figures(chosen) if chosen else {}
        for chosen in (
            [score for name, score in scores.items() if is_test(name) == wanted]
            for wanted in (False, True)
        )
    )
    for measure, asked in zip(fit or test, ASKED):
        yield measure, test.get(measure, "-"), fit.get(measure, "-"), asked


def other_rows(arguments, work):
    for name in ("school", "pool", "shop"):
        yield f"world {name}", relations.world(arguments.roost, SOURCE, work, name), "", "all, 0"
    archive = SHARED / "json.tar.xz"
    for name in ("football", "pegasus") if archive.exists() else ():
        yield name, relations.documents(arguments.roost, archive, work, name), "", "all, 0"
    if arguments.tpchgen:
        names = ("plain Parquet", "after ingest", "after ingest, again")
        times = relations.tpch(arguments.roost, arguments.tpchgen, work)
        for name, seconds, asked in zip(names, times, ("<= 6 s", "<= 3 s", "<= 3 s")):
            yield f"TPC-H at scale 1, {name}", f"{seconds:.2f} s", "", asked
    yield "115 tables", f"{relations.many_tables(arguments.roost, work):.2f} s", "", "<= 2 s"


def print_rows(rows):
    """As soon as they are known."""
    print(f"{'measure':52s} {'reached':34s} {'on the fitting split':20s}  asked")
    for measure, reached, on_fit, asked in rows:
        print(f"{measure:52s} {reached:34s} {on_fit:20s}  {asked}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=pathlib.Path, default=SHARED / "relate-tuning.tar.xz")
    parser.add_argument("--work", type=pathlib.Path)
    parser.add_argument("--roost", default=SOURCE / "build/release/roost")
    parser.add_argument("--tpchgen", default=shutil.which("tpchgen-cli"))
    parser.add_argument("--databases", choices=["all", "fit", "test"], default="all")
    parser.add_argument("--misses", action="store_true", help="print what was wrong")
    parser.add_argument("--evidence", type=pathlib.Path, help="gather evidence for fit_relations.py")
    parser.add_argument("--only-databases", action="store_true", help="no worlds, no times")
    arguments = parser.parse_args()
    work = arguments.work or pathlib.Path(tempfile.gettempdir()) / "roost-bench-relate"
    work.mkdir(parents=True, exist_ok=True)
    rows = []
    if arguments.data.exists():
        scores = score_databases(arguments, work)
        for part, wanted in (("fit", [False]), ("test", [True]), ("all", [False, True])):
            chosen = [score for name, score in scores.items() if is_test(name) in wanted]
            if chosen:
                print_sum(part, chosen)
        print()
        rows = database_rows(scores)
    else:
        print(f"{arguments.data} is not there: no databases")
    print_rows(itertools.chain(rows, () if arguments.only_databases else other_rows(arguments, work)))


if __name__ == "__main__":
    main()
