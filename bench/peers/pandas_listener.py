"""pandas: the script one writes first. json.load, loops, a DataFrame a table, to_parquet once."""

import gzip
import json
import pathlib
import sys

import pandas as pd

import peer


def documents(source):
    path = pathlib.Path(source)
    if path.is_dir():
        for file in sorted(path.rglob("*.json")):
            with open(file) as text:
                yield json.load(text)
    elif ".ndjson" in path.name:
        with gzip.open(path, "rt") if source.endswith(".gz") else open(path) as text:
            for line in text:
                yield json.loads(line)
    else:
        with open(path) as text:
            yield from json.load(text)


def is_table(value):
    return isinstance(value, list) and any(isinstance(v, dict) for v in value)


class Listener:
    def __init__(self):
        self.tables = {}

    def take(self, table, record, keys):
        rows = self.tables.setdefault(table, [])
        row = {"_id": len(rows)} | keys
        rows.append(row)
        self.flatten(table, record, "", row)

    def flatten(self, table, record, prefix, row):
        for key, value in record.items():
            name = prefix + key
            if isinstance(value, dict):
                self.flatten(table, value, name + "_", row)
            elif is_table(value):
                child = name if table == "result" else f"{table}_{name}"
                for i, element in enumerate(value):
                    self.take(child, element or {}, {"_parent": row["_id"], "_idx": i})
            else:
                row[name] = value


def main(source, output):
    began = peer.start(output)
    listener = Listener()
    for document in documents(source):
        listener.take("result", document, {})
    try:
        for table, rows in listener.tables.items():
            pd.DataFrame(rows).to_parquet(
                pathlib.Path(output) / f"{table}.parquet", compression="zstd", index=False
            )
    except Exception as error:  # pandas and pyarrow raise several unrelated kinds
        peer.give_up(str(error).splitlines()[0])
    peer.finish(began)


if __name__ == "__main__":
    main(*sys.argv[1:])
