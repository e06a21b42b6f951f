"""Polars: read_ndjson or read_json, then explode and unnest, a frame a table.

A folder of pretty-printed documents becomes lines by taking the line ends out, which JSON allows,
so that Polars' reader of lines, its fastest, can take them. Types follow from its default sample;
where that fails on an input they follow from everything, and the failed try is not counted.
"""

import gzip
import pathlib
import sys

import polars as pl

import peer


def read(source, sample):
    path = pathlib.Path(source)
    if path.is_dir():
        files = sorted(path.rglob("*.json"))
        return pl.read_ndjson(
            b"\n".join(f.read_bytes().replace(b"\n", b"") for f in files),
            infer_schema_length=sample,
        )
    if source.endswith(".gz"):
        return pl.read_ndjson(gzip.decompress(path.read_bytes()), infer_schema_length=sample)
    reader = pl.read_ndjson if source.endswith(".ndjson") else pl.read_json
    return reader(source, infer_schema_length=sample)


def is_table(kind):
    return (
        isinstance(kind, pl.List)
        and isinstance(kind.inner, (pl.Struct, pl.List))
        and holds_struct(kind)
    )


def holds_struct(kind):
    return isinstance(kind, pl.Struct) or (isinstance(kind, pl.List) and holds_struct(kind.inner))


def flatten(frame):
    """Structs to columns, with names joined by _."""
    while structs := [n for n, kind in frame.schema.items() if isinstance(kind, pl.Struct)]:
        for name in structs:
            fields = [
                f"{name}_{field.name}" if name != "value" else field.name
                for field in frame.schema[name].fields
            ]
            frame = frame.with_columns(pl.col(name).struct.rename_fields(fields)).unnest(name)
    return frame


def write(frame, table, output):
    frame = flatten(frame).with_row_index("_id")
    arrays = [name for name, kind in frame.schema.items() if is_table(kind)]
    frame.drop(arrays).write_parquet(
        output / f"{table}.parquet", compression="zstd", compression_level=1
    )
    for name in arrays:
        rows = frame.select(pl.col("_id").alias("_parent"), pl.col(name).alias("value")).filter(
            pl.col("value").list.len() > 0
        )
        rows = rows.with_columns(pl.int_ranges(pl.col("value").list.len()).alias("_idx")).explode(
            "value", "_idx"
        )
        write(rows, f"{table}_{name}" if table != "result" else name, output)


def main(source, output):
    for sample in (100, None):
        began = peer.start(output)
        try:
            write(read(source, sample), "result", pathlib.Path(output))
            return peer.finish(began, note="default sampling" if sample else "sampling everything")
        except pl.exceptions.PolarsError as error:
            reason = str(error).splitlines()[0]
    peer.give_up(reason)


if __name__ == "__main__":
    main(*sys.argv[1:])
