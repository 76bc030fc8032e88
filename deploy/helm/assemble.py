#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Puts into the chart what has its source elsewhere, since a chart can read only files of its own:

    deploy/helm/assemble.py            write them
    deploy/helm/assemble.py --check    name those that are not as their sources, and fail if there is one

    files/alerts.yaml, files/dashboard.json    deploy/monitoring
    files/seccomp-pods.json                    deploy/seccomp/rxlease.json
    values.schema.json, $defs.plugin           deploy/schema/plugin.json"""
import argparse
import json
import pathlib
import sys

DEPLOY = pathlib.Path(__file__).resolve().parents[1]
CHART = DEPLOY / "helm/rxlease"


def moved(schema):
    """Returns the schema as a definition of another one: its references lead to where its own definitions then are."""
    if isinstance(schema, dict):
        return {key: value.replace("#/", "#/$defs/plugin/") if key == "$ref" else moved(value) for key, value in schema.items()}
    return [moved(one) for one in schema] if isinstance(schema, list) else schema


def assembled():
    """Returns the files of the chart that are made here: paths, and what they must hold."""
    def source(path):
        return (DEPLOY / path).read_text(encoding="utf-8")

    values = json.loads((CHART / "values.schema.json").read_text(encoding="utf-8"))
    plugin = json.loads(source("schema/plugin.json"))
    values["$defs"]["plugin"] = moved({key: value for key, value in plugin.items() if key not in ("$schema", "$comment")})
    return {
        CHART / "files/alerts.yaml": source("monitoring/alerts.yaml"),
        CHART / "files/dashboard.json": source("monitoring/dashboard.json"),
        CHART / "files/seccomp-pods.json": source("seccomp/rxlease.json"),
        CHART / "values.schema.json": json.dumps(values, indent=2, ensure_ascii=False) + "\n",
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="change nothing")
    check = parser.parse_args().check
    differing = [(path, text) for path, text in assembled().items()
                 if not path.exists() or path.read_text(encoding="utf-8") != text]
    for path, text in differing:
        print(f"{path.relative_to(DEPLOY.parent)} {'is not as its source: run deploy/helm/assemble.py' if check else 'written'}")
        if not check:
            path.write_text(text, encoding="utf-8")
    return 1 if check and differing else 0


if __name__ == "__main__":
    sys.exit(main())
