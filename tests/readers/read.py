"""Reads a table as one tool does, and prints its columns, types and rows: read.py READER TABLE

TABLE is the folder of a Delta table, or of a view. Runs under any Python that has the tool.
"""

import datetime
import decimal
import json
import os
import sys


def plain(value):
    """The same for every tool: text for what JSON has no type for."""
    if hasattr(value, "tolist"):  # of numpy
        value = value.tolist()
    if value is None or value != value:
        return None
    if isinstance(value, datetime.datetime):
        if value.tzinfo is not None:
            value = value.astimezone(datetime.timezone.utc).replace(tzinfo=None)
        return value.isoformat()
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, decimal.Decimal):
        return str(int(value))
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def of_columns(columns, types):
    """From column -> values and column -> type."""
    names = sorted(name for name in columns if name not in ("_roost_shape",))
    rows = zip(*([plain(value) for value in columns[name]] for name in names))
    return {"types": {name: str(types[name]) for name in names}, "rows": [dict(zip(names, row)) for row in rows]}


def of_arrow(table):
    names = table.schema.names
    return of_columns({n: table[n].to_pylist() for n in names}, {n: table.schema.field(n).type for n in names})


def of_frame(frame):
    """pandas: what it shows as NaN or NaT is null."""
    import pandas

    columns = {
        name: [None if not isinstance(v, (list,)) and not hasattr(v, "tolist") and pandas.isna(v) else v for v in frame[name]]
        for name in frame.columns
    }
    for name, values in columns.items():
        columns[name] = [v.to_pydatetime(warn=False) if isinstance(v, pandas.Timestamp) else v for v in values]
    return of_columns(columns, dict(frame.dtypes))


def of_polars(frame):
    return of_columns({s.name: s.to_list() for s in frame.get_columns()}, dict(frame.schema))


def of_duckdb(relation):
    types = dict(zip(relation.columns, relation.types))
    table = relation.to_arrow_table() if hasattr(relation, "to_arrow_table") else relation.fetch_arrow_table()
    return of_columns({name: table[name].to_pylist() for name in types}, types)


def pyarrow(path):
    import pyarrow.parquet

    return of_arrow(pyarrow.parquet.read_table(path))


def pandas(path):
    import pandas

    return of_frame(pandas.read_parquet(path))


def polars(path):
    import polars

    return of_polars(polars.read_parquet(path + "/*.parquet"))


def duckdb(path):
    import duckdb

    duckdb.execute("SET TimeZone = 'UTC'")
    return of_duckdb(duckdb.sql(f"SELECT * FROM read_parquet('{path}/*.parquet')"))


def deltalake(path):
    import deltalake

    return of_arrow(deltalake.DeltaTable(path).to_pyarrow_table())


def polars_delta(path):
    import polars

    return of_polars(polars.read_delta(path))


def duckdb_delta(path):
    import pathlib

    import duckdb
    import duckdb_extension_delta

    folder = pathlib.Path(duckdb_extension_delta.__file__).parent / "extensions" / f"v{duckdb.__version__}"
    duckdb.execute(f"LOAD '{folder}/delta.duckdb_extension'; SET TimeZone = 'UTC'")
    return of_duckdb(duckdb.sql(f"SELECT * FROM delta_scan('{path}')"))


def daft(path):
    import daft

    frame = daft.read_deltalake(path)
    return of_columns(frame.to_pydict(), {field.name: field.dtype for field in frame.schema()})


def daft_parquet(path):
    import daft

    frame = daft.read_parquet(path + "/*.parquet")
    return of_columns(frame.to_pydict(), {field.name: field.dtype for field in frame.schema()})


def spark(path):
    frame = spark_session().read.format("delta").load(path)
    rows = frame.collect()
    return of_columns({n: [row[n] for row in rows] for n in frame.columns}, dict(frame.dtypes))


def spark_session():
    import delta
    from pyspark.sql import SparkSession

    builder = (
        SparkSession.builder.master("local[1]")
        .config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
        .config("spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.ui.enabled", "false")
    )
    return delta.configure_spark_with_delta_pip(builder).getOrCreate()


if __name__ == "__main__":
    print(json.dumps({path: globals()[sys.argv[1]](path) for path in sys.argv[2:]}), flush=True)
    os._exit(0)  # some tools' threads stumble over the end of Python
