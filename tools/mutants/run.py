#!/usr/bin/env python3
"""Runs test binaries for each mutant, one after the other; the first that fails tells it.

run.py WORK WHICH BINARY[:FILTER]…, WHICH is `all`, `survivors` of runs before, or the beginning of a path.
"""
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

WORK, WHICH = Path(sys.argv[1]).resolve(), sys.argv[2]
PLAN = [(p.split(":", 1) + [""])[:2] for p in sys.argv[3:]]
RESULTS = WORK / "results.json"
# One that goes on for so long is told.
SECONDS = 120

def fails(mutant, name, pattern):
    env = {**os.environ, "VOW_MUTANT": str(mutant), "RUST_BACKTRACE": "0"}
    command = [str(WORK / "bin" / name), "-q", *([pattern] if pattern else [])]
    try:
        return subprocess.run(command, cwd=WORK / "src", env=env, capture_output=True, timeout=SECONDS).returncode != 0
    except subprocess.TimeoutExpired:
        return True

def told(mutant):
    return mutant["id"], next((":".join(p) for p in PLAN if fails(mutant["id"], *p)), None)

def main():
    results = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    mutants = [m for m in json.loads((WORK / "mutants.json").read_text()) if m["state"] == "alive"]
    if WHICH == "survivors":
        mutants = [m for m in mutants if results.get(str(m["id"])) is None]
    elif WHICH != "all":
        mutants = [m for m in mutants if m["file"].startswith(WHICH)]
    for name, pattern in PLAN:
        if fails(0, name, pattern):
            sys.exit(f"{name} fails without a mutant")
    with ThreadPoolExecutor(int(os.environ.get("JOBS", "2"))) as pool:
        for done, (mutant, by) in enumerate(pool.map(told, mutants), 1):
            results[str(mutant)] = by
            if done % 50 == 0 or done == len(mutants):
                RESULTS.write_text(json.dumps(results))
                print(f"{done} of {len(mutants)}: {sum(by is None for by in results.values())} are told by none", flush=True)
    for m in mutants:
        if results[str(m["id"])] is None:
            at = m["span"]["start"]
            print(f"{m['file']}:{at['line']}:{at['column']}: {m['genre']}: {m['replacement']}")

main()
