"""Keys and references of small databases, of the worlds, and what is written about them."""

import json
import sqlite3
import subprocess
import sys

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from schema_check import check_against


def write(folder, **tables):
    """Plain Parquet files: name -> columns."""
    folder.mkdir(exist_ok=True)
    for name, columns in tables.items():
        pq.write_table(pa.table(columns), folder / f"{name}.parquet")
    return folder


@pytest.fixture
def orders(tmp_path):
    """Customers, orders, lines of orders, and shipments of lines."""
    customers = {
        "customer_id": [1000 + 7 * i for i in range(50)],
        "name": [f"Customer {i}" for i in range(50)],
        "referred_by_customer_id": [None if i % 3 else 1000 + 7 * (i // 2) for i in range(50)],
    }
    orders = {
        "order_id": [50000 + 3 * i for i in range(200)],
        "customer_id": [1000 + 7 * (i * i % 50) for i in range(200)],
        "bill_to_customer_id": [1000 + 7 * (i * 13 % 50) for i in range(200)],
        "total": [i * 1.25 for i in range(200)],
    }
    lines = {
        "order_id": [50000 + 3 * (i // 3) for i in range(600)],
        "line_number": [i % 3 + 1 for i in range(600)],
        "quantity": [i * 7 % 11 + 1 for i in range(600)],
    }
    shipments = {
        "shipment_id": [900 + i for i in range(150)],
        "order_id": [50000 + 3 * (i * 4 // 3) for i in range(150)],
        "line_number": [i * 4 % 3 + 1 for i in range(150)],
    }
    return write(
        tmp_path / "orders", customers=customers, orders=orders, order_lines=lines, shipments=shipments
    )


def related(roost, folder, *options):
    roost("relate", folder, *options)
    return json.loads((folder / "table_relationships.json").read_text())


def references(found):
    return {
        (each["table"], *each["columns"], each["ref_table"], *each["ref_columns"]): each
        for each in found["relations"]
    }


def test_finds_keys_references_roles_and_composites(roost, orders):
    found = related(roost, orders)
    keys = {name: table["primary_key"] for name, table in found["tables"].items()}
    assert keys == {
        "customers": ["customer_id"],
        "orders": ["order_id"],
        "order_lines": ["order_id", "line_number"],
        "shipments": ["shipment_id"],
    }
    relations = references(found)
    assert set(relations) == {
        ("customers", "referred_by_customer_id", "customers", "customer_id"),
        ("orders", "customer_id", "customers", "customer_id"),
        ("orders", "bill_to_customer_id", "customers", "customer_id"),
        ("order_lines", "order_id", "orders", "order_id"),
        ("shipments", "order_id", "orders", "order_id"),
        ("shipments", "order_id", "line_number", "order_lines", "order_id", "line_number"),
    }
    assert relations["shipments", "order_id", "orders", "order_id"]["implied"]
    plain = relations["orders", "customer_id", "customers", "customer_id"]
    assert plain["tier"] == "certain"
    assert plain["cardinality"] == "n:1"
    assert plain["orphan_rows"] == 0
    assert any("customers" in reason for reason in plain["evidence"])


def test_a_key_that_is_some_of_anothers_is_a_subtype_unless_any_numbering_would_be(roost, tmp_path):
    places = [100 + i * 7919 % 9000 for i in range(40)]
    folder = write(
        tmp_path / "places",
        attractions={"attraction_id": places, "opens": [f"{9 + i % 3}:00" for i in range(40)]},
        museums={"museum_id": places[3:40:4], "paintings": [i * 31 % 17 for i in range(10)]},
        shops={"shop_id": list(range(101, 111)), "rent": [i * 37 % 23 for i in range(10)]},
    )
    found = references(related(roost, folder))
    assert list(found) == [("museums", "museum_id", "attractions", "attraction_id")]
    assert found.popitem()[1]["tier"] != "certain"


def test_a_part_that_a_person_plays_leads_to_the_people(roost, tmp_path):
    people = {"id": list(range(1, 31)), "email": [f"p{i}@example.org" for i in range(30)]}
    rooms = {"id": list(range(1, 41)), "floor": [i % 4 for i in range(40)]}
    letters = {
        "id": list(range(1, 91)),
        "sender_id": [i * 7 % 30 + 1 for i in range(90)],
        "approved_by": [i * 11 % 28 + 2 for i in range(90)],
        "pages": [i * 13 % 29 + 1 for i in range(90)],
    }
    one = write(tmp_path / "one", users=people, rooms=rooms, letters=letters)
    found = references(related(roost, one))
    assert set(found) == {
        ("letters", "sender_id", "users", "id"),
        ("letters", "approved_by", "users", "id"),
    }
    assert "person" in " ".join(found["letters", "sender_id", "users", "id"]["evidence"])


def test_counts_orphans_and_shows_some(roost, tmp_path):
    keys = [2000 + 9 * i for i in range(100)]
    folder = write(
        tmp_path / "shop",
        products={"product_id": keys, "name": [f"p{i}" for i in range(100)]},
        sales={
            "sale_id": list(range(1, 401)),
            "product_id": [-5 if i % 100 == 0 else keys[i % 100] for i in range(400)],
        },
    )
    (relation,) = related(roost, folder)["relations"]
    assert (relation["orphan_rows"], relation["orphan_keys"]) == (4, 1)
    assert relation["orphan_samples"] == ["-5"]
    assert relation["tier"] != "certain"
    assert "4 rows of `sales.product_id`" in roost("describe", folder, "--format", "md").stdout


def test_items_of_lists_refer_many_to_many(roost, tmp_path):
    folder = write(
        tmp_path / "lists",
        tags={"tag_id": [300 + 11 * i for i in range(40)], "name": [f"t{i}" for i in range(40)]},
        posts={
            "post_id": list(range(1, 101)),
            "tag_ids": [[300 + 11 * (i * k % 40) for k in range(1, i % 4 + 1)] for i in range(100)],
        },
    )
    (relation,) = related(roost, folder)["relations"]
    assert relation["kind"] == "list"
    assert relation["cardinality"] == "n:m"
    assert (relation["columns"], relation["ref_table"]) == (["tag_ids"], "tags")


def test_what_people_say_stays_so(roost, orders):
    config = orders / "roost.yaml"
    config.write_text("# mine\ncolumns:\n  orders.total: double\nkeys:\n  customers: name\n")
    found = related(
        roost,
        orders,
        "--refuse",
        "orders.bill_to_customer_id=customers.customer_id",
        "--confirm",
        "order_lines.quantity=shipments.line_number",
    )
    text = config.read_text()
    assert text.startswith("# mine\ncolumns:\n  orders.total: double\nkeys:\n")
    for _ in range(2):
        relations = references(found)
        assert ("orders", "bill_to_customer_id", "customers", "customer_id") not in relations
        said = relations["order_lines", "quantity", "shipments", "line_number"]
        assert said["confirmed"] and said["tier"] == "certain"
        assert said["evidence"][0] == "confirmed in roost.yaml"
        assert found["tables"]["customers"]["primary_key"] == ["name"]
        assert found["tables"]["customers"]["key_confirmed"]
        found = related(roost, orders)
    assert config.read_text() == text
    related(roost, orders, "--confirm", "orders.bill_to_customer_id=customers.customer_id")
    assert "refused:\n    - orders.bill" not in config.read_text()


def test_names_that_are_not_there_are_refused(roost, orders):
    failed = roost("relate", orders, "--confirm", "orders.nothing=customers.customer_id", exit_code=2)
    assert "table orders has no column nothing" in failed.stderr
    assert not (orders / "roost.yaml").exists()
    failed = roost("relate", orders, "--confirm", "orders", exit_code=2)
    assert "is no reference" in failed.stderr
    (orders / "roost.yaml").write_text("keys:\n  orders: nothing\n")
    failed = roost("relate", orders, exit_code=2)
    assert "roost.yaml: line 2" in failed.stderr


def test_the_same_tables_give_the_same_bytes(roost, orders):
    names = ["table_relationships.json", "schema_documentation.json", "DATA_STRUCTURE_README.md"]
    roost("describe", orders, "--threads", 1)
    first = [(orders / name).read_bytes() for name in names]
    roost("describe", orders, "--threads", 4, "--memory", "1MB")
    assert [(orders / name).read_bytes() for name in names] == first


def test_files_hold_what_their_schemas_say(roost, orders, source):
    roost("describe", orders)
    for name in ("table_relationships", "schema_documentation"):
        schema = json.loads((source / f"docs/formats/{name}.schema.json").read_text())
        check_against(schema, json.loads((orders / f"{name}.json").read_text()), schema)


def snippets_of(text):
    return [block.split("```")[0] for block in text.split("```python\n")[1:]]


def test_snippets_of_the_readme_run(roost, orders, source, tmp_path):
    store = tmp_path / "store"
    roost("ingest", source / "examples/school", "--output-dir", store)
    for folder in (orders, store):
        roost("describe", folder)
        snippets = snippets_of((folder / "DATA_STRUCTURE_README.md").read_text())
        assert len(snippets) == 3
        ran = 0
        for code in snippets:
            library = code.split("\n")[0].split()[1]
            if subprocess.run([sys.executable, "-c", f"import {library}"], capture_output=True).returncode:
                continue
            subprocess.run([sys.executable, "-c", code], cwd=folder, check=True, capture_output=True)
            ran += 1
        if ran == 0:
            pytest.skip("neither DuckDB, pandas nor Polars is installed")


def test_sql_can_be_run_and_holds_for_the_rows(roost, orders):
    database = sqlite3.connect(":memory:")
    database.execute("PRAGMA foreign_keys = ON")
    sql = roost("describe", orders, "--format", "sql").stdout
    database.executescript(sql)
    assert 'FOREIGN KEY ("order_id", "line_number") REFERENCES "order_lines"' in sql
    names = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type='table'")]
    assert sorted(names) == ["customers", "order_lines", "orders", "shipments"]
    database.execute("BEGIN")
    database.execute("PRAGMA defer_foreign_keys = ON")
    for name in ("customers", "orders", "order_lines", "shipments"):
        table = pq.read_table(orders / f"{name}.parquet")
        marks = ",".join("?" * table.num_columns)
        rows = zip(*(column.to_pylist() for column in table.columns))
        database.executemany(f"INSERT INTO {name} VALUES ({marks})", rows)
    database.execute("COMMIT")
    assert "Ref:" in roost("describe", orders, "--format", "dbml").stdout


def test_score_reads_a_truth_file(roost, orders, tmp_path):
    truth = tmp_path / "truth.json"
    truth.write_text(
        json.dumps(
            {
                "tables": {"orders": {"primary_key": ["Order_ID"]}, "shipments": {"primary_key": ["x"]}},
                "foreign_keys": [
                    {"table": "ORDERS", "columns": ["customer_id"], "ref_table": "customers",
                     "ref_columns": ["customer_id"]},
                    {"table": "orders", "columns": ["total"], "ref_table": "customers",
                     "ref_columns": ["name"]},
                ],
            }
        )
    )  # fmt: skip
    score = json.loads(roost("relate", orders, "--no-files", "--score", truth, "--json").stdout)
    assert (score["right"], score["missed"], score["keys"], score["keys_exact"]) == (1, 1, 2, 1)
    assert not (orders / "table_relationships.json").exists()


def test_ingest_describes_what_it_wrote_unless_told_not_to(roost, source, tmp_path):
    names = {"table_relationships.json", "schema_documentation.json", "DATA_STRUCTURE_README.md"}
    for _ in range(2):
        done = roost("ingest", source / "examples/school", "--output-dir", "out", "--overwrite", cwd=tmp_path)
        assert done.stderr == ""
        assert names <= {path.name for path in (tmp_path / "out").iterdir()}
    first = json.loads((tmp_path / "out/schema_documentation.json").read_text())["tables"][0]
    assert first["first_file"].endswith("result_001.json")
    roost("ingest", source / "examples/school", "--output-dir", tmp_path / "bare", "--no-relate")
    assert not names & {path.name for path in (tmp_path / "bare").iterdir()}


@pytest.mark.parametrize("world", ["school", "pool", "shop"])
def test_worlds_keep_their_references(roost, source, tmp_path, world):
    truth = json.loads((source / "tests/relate/world_references.json").read_text())[world]
    roost("generate", "--world", world, "--num-iterations", 40, "--output-dir", tmp_path / "in")
    roost("ingest", tmp_path / "in", "--output-dir", tmp_path / "out")
    found = json.loads((tmp_path / "out/table_relationships.json").read_text())
    plain = {key for key, each in references(found).items() if each["kind"] != "nesting"}
    assert plain == {(table, *columns, to, *keys) for table, columns, to, keys in truth}


def test_nesting_is_certain(roost, source, tmp_path):
    store = tmp_path / "store"
    roost("ingest", source / "examples/school", "--output-dir", store)
    relations = references(related(roost, store))
    nesting = relations["enrollments_marks", "_roost_parent", "enrollments", "_roost_id"]
    assert (nesting["kind"], nesting["tier"]) == ("nesting", "certain")


def test_a_folder_without_tables_is_refused(roost, tmp_path):
    failed = roost("relate", tmp_path, exit_code=2)
    assert "there are no tables" in failed.stderr
    roost("relate", tmp_path / "nothing", exit_code=3)
