"""DuckDB: read_json into a table, then one COPY a table, arrays of objects by UNNEST.

Written for any input: the tables follow from the types that DuckDB infers. A row's key is DuckDB's
own rowid. Its sampling is left at its defaults, the fast choice; where that fails on an input it
is told to look at everything, and the failed try is not counted.
"""

import pathlib
import sys

import duckdb

import peer

EVERYTHING = ", sample_size = -1, maximum_sample_files = 1000000, union_by_name = true"


def quote(name):
    return '"' + name.replace('"', '""') + '"'


def is_table(kind):
    return kind.id == "list" and kind.children[0][1].id in ("struct", "list") and holds_struct(kind)


def holds_struct(kind):
    return kind.id == "struct" or (
        kind.id in ("list", "array") and holds_struct(kind.children[0][1])
    )


def split(expression, name, kind):
    """A type's plain columns (SQL, name), and arrays of objects (SQL, name, element)."""
    if kind.id == "struct":
        columns, arrays = [], []
        for field, inner in kind.children:
            more = split(
                f"{expression}.{quote(field)}", f"{name}_{field}" if name else field, inner
            )
            columns += more[0]
            arrays += more[1]
        return columns, arrays
    if is_table(kind):
        return [], [(expression, name, kind.children[0][1])]
    return [(expression, name or "value")], []


def unique(columns):
    seen, named = set(), []
    for expression, name in columns:
        while name.lower() in seen:
            name += "_"
        seen.add(name.lower())
        named.append(f"{expression} AS {quote(name)}")
    return named


class Shredder:
    def __init__(self, connection, output):
        self.connection, self.output = connection, output

    def write(self, source, table, kind, keys):
        """Writes `table` from column e of relation `source`, then its arrays' tables."""
        columns, arrays = split("e", "", kind)
        selected = ", ".join(keys + unique(columns))
        file = self.output / f"{table}.parquet"
        self.connection.execute(
            f"COPY (SELECT {selected} FROM {source}) TO '{file}'"
            " (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)"
        )
        for expression, name, element in arrays:
            child = f"{table}_{name}" if table != "result" else name
            rows = (
                f"SELECT rowid AS _parent, generate_subscripts({expression}, 1) - 1 AS _idx,"
                f" unnest({expression}) AS e FROM {source}"
            )
            relation = f"({rows})"
            if split("e", "", element)[1]:
                self.connection.execute(f"CREATE TEMP TABLE {quote('rows_' + child)} AS {rows}")
                relation = quote("rows_" + child)
                self.write(relation, child, element, ["rowid AS _id", "_parent", "_idx"])
            else:
                self.write(relation, child, element, ["_parent", "_idx"])


def shred(source, output, options):
    connection = duckdb.connect(
        config={"threads": peer.threads(), "preserve_insertion_order": "false"}
    )
    relation = f"read_json('{source}'{options})"
    connection.execute(f"CREATE TEMP TABLE records AS SELECT r AS e FROM {relation} AS r")
    kind = connection.sql("SELECT e FROM records").types[0]
    Shredder(connection, output).write("records", "result", kind, ["rowid AS _id"])


def main(source, output):
    source = f"{source}/**/*.json" if pathlib.Path(source).is_dir() else source
    for options in ("", EVERYTHING):
        began = peer.start(output)
        try:
            shred(source, pathlib.Path(output), options)
            return peer.finish(
                began, note="default sampling" if not options else "sampling everything"
            )
        except duckdb.Error as error:
            reason = str(error).splitlines()[0]
    peer.give_up(reason)


if __name__ == "__main__":
    main(*sys.argv[1:])
