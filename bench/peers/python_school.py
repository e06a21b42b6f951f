"""School documents the way a script makes them: json and random, one line each.

python_school.py DOCUMENTS FILE prints {"rows": ..., "seconds": ...}. Rows refer to earlier ones and
nothing else is kept: no capacity, no unique pairs.
"""

import json
import random
import sys
import time

GIVEN = ["Emma", "Mateo", "Lucía", "Jürgen", "Chloé", "Ayşe", "Minh", "Zofia", "Leo", "Nour"]
FAMILY = ["Smith", "García", "Müller", "Lefèvre", "Yılmaz", "Nguyễn", "Kowalski", "Sato", "Haddad"]
SUBJECTS = ["Algebra", "Geometry", "Reading", "Physics", "Chemistry", "History", "Music", "Art"]
DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri"]
TAGS = ["core", "elective", "honors", "repeat", "remote"]


def name():
    return f"{random.choice(GIVEN)} {random.choice(FAMILY)}"


def clamp(value, low, high):
    return max(low, min(high, value))


def teacher(number):
    return {
        "teacher_id": number,
        "name": name(),
        "subject": random.choice(SUBJECTS),
        "email": f"teacher{number}@school.example" if random.random() > 0.05 else None,
        "hired": f"{random.randint(1988, 2024)}-{random.randint(1, 12):02}-{random.randint(1, 28):02}",
    }


def school_class(number, teachers):
    grade = random.randint(0, 12)
    return {
        "class_id": number,
        "teacher_id": random.randint(1, teachers),
        "grade_level": grade,
        "name": f"{random.choice(SUBJECTS)} {grade}",
        "room": f"{random.choice('ABCD')}{random.randint(1, 4)}{random.randint(0, 99):02}",
        "capacity": clamp(round(random.gauss(28, 4)), 20, 36),
        "schedule": {"days": random.sample(DAYS, random.randint(1, 3)), "period": random.randint(1, 8)},
    }


def student(number):
    age = random.randint(6, 18)
    row = {
        "student_id": number,
        "name": name(),
        "age": age,
        "grade": min(12, age - 6 + random.randint(0, 1)),
        "gpa": round(clamp(random.gauss(3, 0.6), 0, 4), 2) if random.random() > 0.04 else None,
    }
    if random.random() > 0.3:
        relation = random.choice(["mother", "father", "grandparent", "other"])
        phone = f"+49 15{random.randint(0, 9)} {random.randint(0, 9999999):07}"
        row["guardian"] = {"name": name(), "relation": relation, "phone": phone}
    row["enrolled_at"] = f"2025-08-{random.randint(18, 31)}T{random.randint(6, 20):02}:00:00Z"
    return row


def enrollment(student_id, classes):
    return {
        "student_id": student_id,
        "class_id": random.randint(1, classes),
        "score": round(clamp(random.gauss(76, 13), 0, 100), 1) if random.random() > 0.1 else None,
        "tags": random.sample(TAGS, random.randint(0, 2)),
    }


def document(number):
    students = [student(number * 20 + i + 1) for i in range(20)]
    return {
        "job_id": 1000 + number,
        "host": f"node{random.randint(1, 40):02}.pool.example",
        "timestamp": f"2026-01-05T{random.randint(0, 23):02}:{random.randint(0, 59):02}:00Z",
        "run_seconds": round(random.lognormvariate(3.7, 0.8), 3),
        "teachers": [teacher(number * 2 + i + 1) for i in range(2)],
        "classes": [school_class(number * 4 + i + 1, number * 2 + 2) for i in range(4)],
        "students": students,
        "enrollments": [
            enrollment(row["student_id"], number * 4 + 4)
            for row in students
            for _ in range(clamp(round(random.gauss(2.5, 1.1)), 1, 5))
        ],
    }


def main():
    random.seed(1)
    rows, began = 0, time.perf_counter()
    with open(sys.argv[2], "w") as out:
        for number in range(int(sys.argv[1])):
            made = document(number)
            rows += 1 + sum(len(made[t]) for t in ("teachers", "classes", "students", "enrollments"))
            out.write(json.dumps(made, ensure_ascii=False, separators=(",", ":")) + "\n")
    print(json.dumps({"rows": rows, "seconds": time.perf_counter() - began}))


if __name__ == "__main__":
    main()
