"""Checks JSON against the schemas of docs/formats."""


def check_against(schema, value, root, path="$"):
    """What the schemas of docs/formats use of JSON Schema, and no more."""
    if "$ref" in schema:
        schema = root["$defs"][schema["$ref"].rsplit("/", 1)[1]]
    kinds = {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool}
    kinds |= {"number": (int, float), "null": type(None)}
    if "type" in schema:
        names = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        assert any(isinstance(value, kinds[name]) for name in names), f"{path}: {value!r}"
    assert value == schema.get("const", value), path
    assert "enum" not in schema or value in schema["enum"], f"{path}: {value!r}"
    if isinstance(value, dict):
        assert set(schema.get("required", [])) <= set(value), path
        for name, each in value.items():
            below = schema.get("properties", {}).get(name, schema.get("additionalProperties"))
            assert below not in (False, None), f"{path}.{name} is not in the schema"
            check_against(below, each, root, f"{path}.{name}")
    if isinstance(value, list):
        for place, each in enumerate(value):
            check_against(schema["items"], each, root, f"{path}[{place}]")
