"""Whether PyYAML reads what the emitter wrote: each line of the file holds a text and what it means.

libyaml reads every document, and PyYAML's own parser, which is another one and slow, reads every tenth.
"""

import json
import sys

import yaml

PYTHON = yaml.SafeLoader
FASTEST = getattr(yaml, "CSafeLoader", PYTHON)


def same(found, want):
    """How many values there are below `want`; raises if `found` is anything else."""
    if isinstance(want, list) and want and type(found) is list and len(found) == len(want):
        return sum(map(same, found, want))
    if isinstance(want, dict) and want and type(found) is dict and found.keys() == want.keys():
        return sum(same(found[key], value) for key, value in want.items())
    if meant(want) != found or type(meant(want)) is not type(found):
        raise ValueError(f"{found!r} for {meant(want)!r}")
    return 1


def meant(want):
    if not isinstance(want, str):
        return want
    kind, rest = want[0], want[1:]
    return {"i": int, "f": float, "s": str}[kind](rest)


def main(file):
    values = documents = wrong = 0
    for number, line in enumerate(open(file, encoding="utf-8", newline="\n")):
        told = json.loads(line)
        try:
            values += same(yaml.load(told["yaml"], FASTEST), told["want"])
            if number % 10 == 0:
                same(yaml.load(told["yaml"], PYTHON), told["want"])
        except (yaml.YAMLError, ValueError) as problem:
            print(f"  document {number}: {problem}")
            wrong += 1
        documents += 1
    libyaml = f"libyaml {yaml._yaml.get_version_string()}" if yaml.__with_libyaml__ else "without libyaml"
    print(f"pyyaml: {yaml.__version__} ({libyaml}) read {values} values in {documents} documents, {wrong} wrong")
    return 1 if wrong or not values else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
