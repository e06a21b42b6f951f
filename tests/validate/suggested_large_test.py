"""Rules made from large tables, of which samples are looked at: the same as those of smaller ones."""

import re
import subprocess

import duckdb
import pytest

LARGE = 1 << 20  # rows; tables with more are large

ITEMS = """
SELECT range AS item_id, (range * 7919) % 60000 AS shelf_id, (range * 7919) % 60000 % 911 AS shelf_size,
  round(((range * 2654435761) % 1000003) / 1000.0, 2) AS price, 18 + range % 11 AS age,
  range % 11 + (range // 11) % 2 AS grade, ['open', 'sold', 'open', 'lost', 'open', 'sold'][1 + range % 6] AS state,
  concat('K', lpad(((range * 69621) % 1000000)::VARCHAR, 6, '0')) AS mark
FROM range({rows})
"""
SHELVES = "SELECT range AS shelf_id, 30 + range % 11 AS capacity FROM range(60000)"


def folder(path, rows, more=""):
    """Two tables of Parquet; `more`: rows that come behind those of items."""
    path.mkdir()
    duckdb.sql(f"COPY ({ITEMS.format(rows=rows)} {more}) TO '{path}/items.parquet'")
    duckdb.sql(f"COPY ({SHELVES}) TO '{path}/shelves.parquet'")
    return path


def rules(binary, out):
    """Those that are suggested, without their evidence."""
    done = subprocess.run([binary, "validate", "--output-dir", out, "--suggest"], capture_output=True, text=True, check=True, timeout=120)
    return re.sub(r" *#.*", "", done.stdout)


@pytest.fixture(scope="module")
def of_few(binary, tmp_path_factory):
    return rules(binary, folder(tmp_path_factory.mktemp("few") / "out", 300_000))


def test_a_large_table_gives_the_rules_of_a_smaller_one(binary, tmp_path, of_few):
    assert 'key: ["item_id"]' in of_few
    for what in ("references:", "depends:", "capacity:", "set:", "pattern:", "range:", '"age_grade"'):
        assert what in of_few, what
    assert rules(binary, folder(tmp_path / "out", LARGE + 1000)) == of_few


@pytest.mark.slow
def test_repeated_rows_and_keys_do_not_hide_a_large_tables_key(roost, binary, tmp_path, of_few):
    repeated = "UNION ALL SELECT * FROM range_items WHERE item_id < 3000"
    duckdb.sql(f"CREATE OR REPLACE VIEW range_items AS {ITEMS.format(rows=LARGE)}")
    again = "UNION ALL SELECT * REPLACE (price + 1 AS price, 'lost' AS state) FROM range_items WHERE item_id % 5000 = 3"
    out = folder(tmp_path / "out", LARGE, f"{again} {repeated}")
    assert rules(binary, out) == of_few
    roost("validate", "--output-dir", out, "--quiet", exit_code=1)
    failing = duckdb.sql(f"SELECT count(*) FROM '{out}/_roost/failures/items.key.parquet'").fetchall()[0][0]
    assert failing > 3000


@pytest.mark.slow
def test_repeated_rows_alone_do_not_hide_a_large_tables_key(binary, tmp_path, of_few):
    duckdb.sql(f"CREATE OR REPLACE VIEW range_items AS {ITEMS.format(rows=LARGE)}")
    out = folder(tmp_path / "out", LARGE, "UNION ALL SELECT * FROM range_items WHERE item_id % 10 = 3")
    assert rules(binary, out) == of_few


def test_a_rare_form_is_no_fault(binary, tmp_path, of_few):
    one = f"SELECT * REPLACE ({2 * LARGE} AS item_id, 'K-1' AS mark) FROM ({ITEMS.format(rows=1)})"
    found = rules(binary, folder(tmp_path / "out", LARGE, f"UNION ALL {one}"))
    assert found == re.sub(r" *pattern:.*\n", "", of_few)
