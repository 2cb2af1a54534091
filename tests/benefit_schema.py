#!/usr/bin/env python3
"""The benefit document against its JSON Schema, with an implementation that is not ours.

    benefit_schema.py check    the catalogue, the demonstration and the schema's examples satisfy it,
                               and what tests/benefit_refused.json says of it holds
    benefit_schema.py refused  documents that the schema refuses, one a line: each of its examples
                               with one value replaced, left out or added

Ends with 77 where there is no python3-jsonschema with draft 2020-12.
"""
import copy
import glob
import json
import sys

try:
    from jsonschema import Draft202012Validator as Validator
except ImportError:
    sys.exit(77)

FOLDER = "assets/catalogue/"
STRANGE = [None, True, 0, -1, 11, 101, 2**63, 1.5, "", "x", "a b", "a\u0001", "1" * 64, "中" * 256,
           "99", "24:01", "02-00", "2023-13-01", [], [1], ["x", "x"], [1, 2, 3], {}, {"zh": 1}]


def read(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def places(value, path=()):
    """Every place in a document."""
    yield path
    if isinstance(value, (dict, list)):
        for key in value if isinstance(value, dict) else range(len(value)):
            yield from places(value[key], path + (key,))


def at(document, path):
    for key in path:
        document = document[key]
    return document


def changed(document, path, value):
    if not path:
        return value
    document = copy.deepcopy(document)
    at(document, path[:-1])[path[-1]] = value
    return document


def mutants(document):
    for path in places(document):
        for strange in STRANGE:
            yield changed(document, path, strange)
        here = at(document, path)
        if isinstance(here, dict):
            yield changed(document, path, {**here, "nobody": 1})
            for key in here:
                yield changed(document, path, {k: v for k, v in here.items() if k != key})


def check(schema, validator):
    faults = []
    Validator.check_schema(schema)
    files = [path for path in glob.glob(FOLDER + "*.json") if ".schema" not in path]
    for path in sorted(files) + ["assets/demo/benefits.json"]:
        for error in validator.iter_errors(read(path)):
            faults.append(f"{path}: {error.json_path}: {error.message}")
    for example in schema["examples"]:
        for error in validator.iter_errors(example):
            faults.append(f"example {example['benefit']}: {error.json_path}: {error.message}")
    for row in read("tests/benefit_refused.json"):
        if validator.is_valid(row["document"]) == (row["by"] == "schema"):
            faults.append(f"{row['name']}: not as {row['by']} has it")
    print("\n".join(faults))
    return 1 if faults else 0


def refused(schema, validator):
    seen = set()
    for example in schema["examples"]:
        for mutant in mutants(example):
            text = json.dumps(mutant)
            if isinstance(mutant, (dict, list)) and text not in seen and not validator.is_valid(mutant):
                seen.add(text)
                print(text)
    return 0


schema = read(FOLDER + "benefit.schema.json")
sys.exit({"check": check, "refused": refused}[sys.argv[1]](schema, Validator(schema)))
