"""An independent reader of large runs: DuckDB over one NDJSON file of school documents.

Counts the same findings as world_check.py, whose pandas is too slow for ten thousand documents.
`document` is a row's place in the order of the lines.
"""

import duckdb

TABLES = ("teachers", "classes", "students", "enrollments")

# name: SQL that counts it; $utilization is a number
FINDINGS = {
    "orphan teachers of classes": """
        FROM classes c LEFT JOIN teachers t USING (teacher_id)
        WHERE t.document IS NULL OR t.document > c.document""",
    "orphan students of enrollments": """
        FROM enrollments e LEFT JOIN students s USING (student_id)
        WHERE s.document IS NULL OR s.document > e.document""",
    "orphan classes of enrollments": """
        FROM enrollments e LEFT JOIN classes c USING (class_id)
        WHERE c.document IS NULL OR c.document > e.document""",
    "over-full classes": """
        FROM (SELECT class_id, count(*) AS taken FROM enrollments GROUP BY class_id)
        JOIN classes USING (class_id) WHERE taken > floor(capacity * $utilization + 1e-9)""",
    "duplicate teachers": "FROM (FROM teachers SELECT teacher_id GROUP BY ALL HAVING count(*) > 1)",
    "duplicate classes": "FROM (FROM classes SELECT class_id GROUP BY ALL HAVING count(*) > 1)",
    "duplicate students": "FROM (FROM students SELECT student_id GROUP BY ALL HAVING count(*) > 1)",
    "duplicate enrollments": """
        FROM (FROM enrollments SELECT student_id, class_id GROUP BY ALL HAVING count(*) > 1)""",
    "students with too many classes": """
        FROM (FROM enrollments SELECT student_id GROUP BY ALL HAVING count(*) > 5)""",
    "wrong grades": "FROM students WHERE NOT (grade BETWEEN age - 6 AND age - 5) OR grade IS NULL",
    "values out of range": """
        FROM (SELECT unnest([age < 6, age > 18, gpa < 0, gpa > 4]) AS bad FROM students
              UNION ALL SELECT unnest([score < 0, score > 100]) FROM enrollments
              UNION ALL SELECT unnest([capacity < 20, capacity > 36, grade_level < 0,
                                       grade_level > 12]) FROM classes)
        WHERE bad""",
    "nulls where none may be": """
        FROM (SELECT unnest([teacher_id IS NULL, name IS NULL, hired IS NULL]) AS bad FROM teachers
              UNION ALL SELECT unnest([name IS NULL, room IS NULL, schedule IS NULL]) FROM classes
              UNION ALL SELECT unnest([name IS NULL, enrolled_at IS NULL]) FROM students
              UNION ALL SELECT tags IS NULL FROM enrollments)
        WHERE bad""",
}

COLUMNS = {
    "teachers": "STRUCT(teacher_id BIGINT, name VARCHAR, hired DATE)[]",
    "classes": "STRUCT(class_id BIGINT, teacher_id BIGINT, grade_level BIGINT, name VARCHAR,"
    " room VARCHAR, capacity BIGINT, schedule JSON)[]",
    "students": "STRUCT(student_id BIGINT, name VARCHAR, age BIGINT, grade BIGINT, gpa DOUBLE,"
    " enrolled_at TIMESTAMPTZ)[]",
    "enrollments": "STRUCT(student_id BIGINT, class_id BIGINT, score DOUBLE, tags VARCHAR[])[]",
}


def open_school(path):
    """A connection with the four tables of the NDJSON file."""
    connection = duckdb.connect(config={"preserve_insertion_order": True})
    fields = ", ".join(f"{name}: '{kind}'" for name, kind in COLUMNS.items())
    connection.execute(
        "CREATE TABLE documents AS SELECT row_number() OVER () AS document, * FROM read_json("
        f"'{path}', format = 'newline_delimited', columns = {{{fields}}})"
    )
    for table in TABLES:
        connection.execute(
            f"CREATE TABLE {table} AS SELECT document, unnest({table}, max_depth := 2) FROM documents"
        )
    connection.execute("DROP TABLE documents")
    return connection


def count_rows(connection):
    return {table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in TABLES}


def findings(connection, utilization):
    """{name: how many}, of what is wrong by the rules of the school."""
    return {
        name: connection.execute(
            "SELECT count(*) " + sql.replace("$utilization", str(utilization))
        ).fetchone()[0]
        for name, sql in FINDINGS.items()
    }
