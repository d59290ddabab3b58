#!/usr/bin/env python3
"""Runs test binaries for each mutant, one after the other; the first that fails tells it.

run.py WORK WHICH BINARY[:FILTER]…, WHICH is `all`, `survivors` of runs before, or the beginning of a path. Without binaries it says
what is known.
"""
import json
import os
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

WORK, WHICH = Path(sys.argv[1]).resolve(), sys.argv[2]
PLAN = [(p.split(":", 1) + [""])[:2] for p in sys.argv[3:]]
RESULTS = WORK / "results.json"
EQUIVALENT = Path(__file__).resolve().parent / "equivalent.txt"
# One that goes on for so many times as long as no mutant does, and for so many seconds at least, has lost its way, and is told.
TIMES, SECONDS = 10, 20

def run(mutant, name, pattern, seconds):
    """Whether a binary fails; `None` if it does not come to its end."""
    env = {**os.environ, "VOW_MUTANT": str(mutant), "RUST_BACKTRACE": "0"}
    command = [str(WORK / "bin" / name), "-q", *([pattern] if pattern else [])]
    try:
        return subprocess.run(command, cwd=WORK / "src", env=env, capture_output=True, timeout=seconds).returncode != 0
    except subprocess.TimeoutExpired:
        return None

def limits():
    """The seconds that each part of the plan may take: measured without a mutant."""
    out = []
    for name, pattern in PLAN:
        start = time.monotonic()
        if run(0, name, pattern, 3600):
            sys.exit(f"{name} {pattern} fails without a mutant")
        took = time.monotonic() - start
        out.append(max(SECONDS, TIMES * took))
        print(f"{name} {pattern} takes {took:.1f} s without a mutant, and {out[-1]:.0f} s at most", flush=True)
    return out

def told(mutant, limits):
    for (name, pattern), seconds in zip(PLAN, limits):
        failed = run(mutant["id"], name, pattern, seconds)
        if failed is not False:
            return mutant["id"], f"{name}:{pattern}" + (" (timeout)" if failed is None else "")
    return mutant["id"], None

def names(mutants):
    """What each mutant is called, wherever it stands in its file: those of one name are counted."""
    seen, out = Counter(), {}
    for m in mutants:
        name = f"{m['file']}: {m['name'].split(': ', 1)[1]}"
        seen[name] += 1
        out[m["id"]] = name if seen[name] == 1 else f"{name} ({seen[name]})"
    return out

def equivalent():
    """The names of those that change nothing that can be seen; the reason is indented below them."""
    lines = EQUIVALENT.read_text().splitlines()
    return {line for line in lines if line.startswith("src/")}

def main():
    results = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    everything = json.loads((WORK / "mutants.json").read_text())
    called, same = names(everything), equivalent()
    for unknown in sorted(same - set(called.values())):
        print(f"equivalent.txt: there is no `{unknown}`")
    mutants = [m for m in everything if m["state"] == "alive"]
    wanted = mutants
    if WHICH == "survivors":
        wanted = [m for m in mutants if results.get(str(m["id"])) is None and called[m["id"]] not in same]
    elif WHICH != "all":
        wanted = [m for m in mutants if m["file"].startswith(WHICH)]
    if PLAN:
        most = limits()
        with ThreadPoolExecutor(int(os.environ.get("JOBS", "2"))) as pool:
            for done, (mutant, by) in enumerate(pool.map(lambda m: told(m, most), wanted), 1):
                results[str(mutant)] = by
                if done % 50 == 0 or done == len(wanted):
                    RESULTS.write_text(json.dumps(results))
                    print(f"{done} of {len(wanted)}: {sum(by is None for by in results.values())} are told by none", flush=True)
    silent = [m for m in mutants if str(m["id"]) in results and results[str(m["id"])] is None]
    left = [m for m in silent if called[m["id"]] not in same]
    for m in left:
        at = m["span"]["start"]
        print(f"{m['file']}:{at['line']}:{at['column']}: {called[m['id']].split(': ', 1)[1]}")
    for m in mutants:
        if called[m["id"]] in same and results.get(str(m["id"])):
            print(f"equivalent.txt: `{called[m['id']]}` is told by {results[str(m['id'])]}")
    of = len(mutants) - (len(silent) - len(left))
    print(dict(Counter(by for by in results.values() if by)))
    print(f"{len(everything)} mutants, {len(mutants)} compile, {len(mutants) - len(results)} were not run; "
          f"{len(silent) - len(left)} change nothing, {len(left)} of the {of} others survive ({100 * len(left) / of:.1f} %)")

main()
