"""Makes the inputs of bench/ingest.py below build/bench/data and keeps them.

    python bench/inputs/make.py FOLDER DOCUMENTS NAME...

Each input NAME becomes FOLDER/NAME... and FOLDER/NAME.manifest.json: path, files, bytes, and the
rows that each table must have. It is made again only when this code or DOCUMENTS changes.
"""

import gzip
import hashlib
import json
import multiprocessing
import pathlib
import random
import shutil
import sys
import tarfile
import time

import orjson
import school

CHUNK = 250
TABLES = ("teachers", "classes", "students", "enrollments")
REAL = {
    "football": "football/*/*.json",
    "pegasus": "pegasus/*/*/*.json",
    "twitter": "examples/twitter.json",
}
REAL_COPIES = {"football": 10, "pegasus": 10, "twitter": 100}


def shuffle_keys(document, rng):
    """Every object's keys in an order of its own."""
    for table in TABLES:
        document[table] = [dict(rng.sample(list(r.items()), len(r))) for r in document[table]]
    return dict(rng.sample(list(document.items()), len(document)))


def drop_keys(document, rng):
    """One key in five is missing from the records."""
    for table in TABLES:
        document[table] = [
            {k: v for k, v in r.items() if rng.random() >= 0.2} for r in document[table]
        ]
    return document


KEY_SETS = [random.Random(n).sample(range(16), 7) for n in range(5000)]


def vary_shapes(document, rng):
    """Enrollments of 5,000 shapes: each has seven of sixteen further keys."""
    for record in document["enrollments"]:
        for key in KEY_SETS[int(rng.random() * 5000)]:
            record[f"mark_{key}"] = int(rng.random() * 100)
    return document


CHANGES = {"shuffled": shuffle_keys, "missing": drop_keys, "shapes": vary_shapes}


def count(rows, document):
    rows["result"] = rows.get("result", 0) + 1
    for table in TABLES:
        rows[table] = rows.get(table, 0) + len(document[table])


def encode(task):
    """One chunk of documents as bytes: lines, or elements of an array."""
    name, start, stop = task
    change, rows, texts = CHANGES.get(name), {}, []
    option = orjson.OPT_INDENT_2 if name == "A-pretty" else 0
    for number in range(start, stop):
        document = school.document(number)
        if change:
            document = change(document, random.Random(-1 - number))
        count(rows, document)
        texts.append(orjson.dumps(document, option=option))
    return (b",\n" if name.startswith("A") else b"\n").join(texts), rows


def write_files(task):
    """One chunk of documents as files, every other one pretty-printed."""
    folder, start, stop = task
    rows = {}
    for number in range(start, stop):
        document = school.document(number)
        count(rows, document)
        text = orjson.dumps(document, option=orjson.OPT_INDENT_2 if number % 2 else 0)
        (folder / f"result_{number:06d}.json").write_bytes(text)
    return rows


def chunks(name, documents):
    return [(name, start, min(start + CHUNK, documents)) for start in range(0, documents, CHUNK)]


def add(total, rows):
    for table, n in rows.items():
        total[table] = total.get(table, 0) + n


def make_files(pool, folder, documents):
    path, rows = folder / "S", {}
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir()
    for part in pool.imap(write_files, chunks(path, documents)):
        add(rows, part)
    return path, rows


def make_one_file(pool, folder, name, documents):
    array = name.startswith("A")
    path = folder / {"G": "G.ndjson.gz"}.get(name, f"{name}.json" if array else f"{name}.ndjson")
    rows = {}
    output = gzip.open(path, "wb", 6) if name == "G" else open(path, "wb")
    with output:
        output.write(b"[" if array else b"")
        for i, (text, part) in enumerate(
            pool.imap(encode, chunks(name, documents * (10 if name == "N10" else 1)))
        ):
            output.write((b"," if array else b"\n") if i else b"")
            output.write(text)
            add(rows, part)
        output.write(b"]\n" if array else b"\n")
    return path, rows


def make_real(folder, name, archive, copies):
    """Copies of real files; None where the archive is not at hand."""
    if not archive.exists():
        return None
    unpacked = folder / "real"
    if not unpacked.exists():
        with tarfile.open(archive) as tar:
            tar.extractall(unpacked, filter="data")
    path = folder / name
    shutil.rmtree(path, ignore_errors=True)
    for copy in range(copies):
        for source in sorted((unpacked / "json").glob(REAL[name])):
            target = (
                path / f"copy{copy}" / source.relative_to(unpacked / "json").parent / source.name
            )
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
    return path, {}


def describe(path, rows):
    files = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
    return {
        "path": str(path),
        "files": len(files),
        "bytes": sum(f.stat().st_size for f in files),
        "rows": rows,
    }


def make(pool, folder, name, documents):
    manifest = folder / f"{name}.manifest.json"
    code = b"".join(pathlib.Path(f).read_bytes() for f in (__file__, school.__file__))
    version = hashlib.sha256(code + str(documents).encode()).hexdigest()
    if manifest.exists() and json.loads(manifest.read_text())["version"] == version:
        return
    began = time.time()
    if name in REAL:
        copies = max(1, REAL_COPIES[name] * documents // 20000)
        made = make_real(
            folder, name, pathlib.Path(__file__).parents[2] / "../shared/data/json.tar.xz", copies
        )
    elif name == "S":
        made = make_files(pool, folder, documents)
    else:
        made = make_one_file(pool, folder, name, documents)
    if made is None:
        manifest.unlink(missing_ok=True)
        print(f"inputs: {name} left out: ../shared/data/json.tar.xz is not there", flush=True)
        return
    facts = describe(*made) | {"name": name, "version": version}
    manifest.write_text(json.dumps(facts, indent=1))
    size = f"{facts['files']} files, {facts['bytes'] / 1e6:.0f} MB"
    print(f"inputs: made {name}: {size}, {time.time() - began:.0f} s", flush=True)


def main(folder, documents, *names):
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with multiprocessing.Pool() as pool:
        for name in names:
            make(pool, folder, name, int(documents))


if __name__ == "__main__":
    main(*sys.argv[1:])
