#!/usr/bin/env python3
"""Puts all mutants of `src/rules` into one build, of which `VOW_MUTANT` chooses one at run time.

build.py WORK TEST…: copies the checkout to WORK/src, and the test binaries that it builds there to WORK/bin.
"""
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import tree_sitter_rust
from tree_sitter import Language, Parser

PARSER = Parser(Language(tree_sitter_rust.language()))
ROOT = Path(__file__).resolve().parents[2]
WORK = Path(sys.argv[1]).resolve()
SRC = WORK / "src"
TARGET = WORK / "target"

def listed():
    out = subprocess.run(["cargo", "mutants", "--list", "--json", "-f", "src/rules/**"], cwd=ROOT, capture_output=True, text=True, check=True)
    return json.loads(out.stdout)

def offset(lines, at):
    """Byte offset of a place (1-based line and column in characters)."""
    before = sum(len(l.encode()) for l in lines[: at["line"] - 1])
    return before + len(lines[at["line"] - 1][: at["column"] - 1].encode())

# A struct with `..` in it, and what may stand behind that without a cost.
STRUCT = ("struct_expression", "base_field_initializer")
PLAIN = ("identifier", "self")

class File:
    def __init__(self, path):
        self.path = path
        self.bytes = (ROOT / path).read_bytes()
        self.lines = self.bytes.decode().splitlines(keepends=True)
        self.tree = PARSER.parse(self.bytes)
        self.at = {}   # (start, end, role) -> mutants
        self.unplaced = []

    def node(self, start, end, kinds=None):
        n = self.tree.root_node.descendant_for_byte_range(start, end)
        while n and kinds and n.type not in kinds:
            n = n.parent
        return n

    def place(self, m):
        start, end = offset(self.lines, m["span"]["start"]), offset(self.lines, m["span"]["end"])
        genre, role = m["genre"], None
        if genre == "FnValue":
            n = self.node(start, end, ["function_item"])
            n, role = n and n.child_by_field_name("body"), "body"
        elif genre == "BinaryOperator":
            n, role = self.node(start, end, ["binary_expression", "compound_assignment_expr", "let_chain"]), "binary"
            op = n and n.child_by_field_name("operator")
            if n and n.type == "let_chain":
                m["state"] = "does not compile"  # there is no `||` beside a `let`
                return
            if op is None or (op.start_byte, op.end_byte) != (start, end):
                n = None
        elif genre == "UnaryOperator":
            n, role = self.node(start, end, ["unary_expression"]), "unary"
            if n and n.start_byte != start:
                n = None
        elif genre == "MatchArm":
            n, role = self.node(start, end, ["match_arm"]), "arm"
        elif genre == "MatchArmGuard":
            n, role = self.node(start, end, ["match_arm"]), "guard"
        elif genre == "StructField":
            # The place takes in the comma.
            n, role = self.node(start, start + 1, ["field_initializer", "shorthand_field_initializer"]), "field"
        else:
            n = None
        if n is None:
            self.unplaced.append(m)
            return
        m["node"] = (n.start_byte, n.end_byte, role)
        self.at.setdefault(m["node"], []).append(m)

    def text(self, n):
        return self.bytes[n.start_byte:n.end_byte].decode()

    def render(self, n, alive):
        """The text of a node with its mutants in it."""
        get = lambda role: [m for m in self.at.get((n.start_byte, n.end_byte, role), []) if m["id"] in alive]
        if n.type == "match_arm":
            return self.arm(n, get("arm"), get("guard"), alive)
        if n.type == "block" and (own := get("body")):
            early = " ".join(f"if crate::mutant({m['id']}) {{ return {m['replacement']}; }}" for m in own)
            inner = self.children(n, alive)
            # inner attributes and `use` may stay first: an expression statement before items is fine
            return "{ " + early + " " + inner[1:]
        if n.type in ("binary_expression", "compound_assignment_expr") and (own := get("binary")):
            left, right = (self.render(n.child_by_field_name(f), alive) for f in ("left", "right"))
            op = self.text(n.child_by_field_name("operator"))
            return self.binary(n, own, left, op, right)
        if n.type == "unary_expression" and (own := get("unary")):
            inner = self.render(n.children[-1], alive)
            return f"(if crate::mutant({own[0]['id']}) {{ {inner} }} else {{ {self.text(n.children[0])}{inner} }})"
        if n.type in ("field_initializer", "shorthand_field_initializer") and (own := get("field")):
            name = self.text(n.child_by_field_name("field") if n.type == "field_initializer" else n)
            value = self.render(n.child_by_field_name("value"), alive) if n.type == "field_initializer" else name
            base = self.base_of(n.parent.parent, alive)
            base = self.text(base) if base.type in PLAIN else "base"
            return f"{name}: if crate::mutant({own[0]['id']}) {{ {base}.{name} }} else {{ {value} }}"
        base = self.base_of(n if n.type == "struct_expression" else n.parent.parent, alive) if n.type in STRUCT else None
        if base is not None and base.type not in PLAIN:
            if n.type == "base_field_initializer":
                return "..base"
            # Once, since it may take what cannot be taken twice.
            return f"{{ let base = {self.render(base, alive)}; {self.children(n, alive)} }}"
        return self.children(n, alive)

    def base_of(self, n, alive):
        """What follows `..` in a struct of which a field may be left out."""
        fields = n.child_by_field_name("body").named_children
        field = lambda c: any(m["id"] in alive for m in self.at.get((c.start_byte, c.end_byte, "field"), []))
        return next((c.children[-1] for c in fields if c.type == "base_field_initializer" and any(map(field, fields))), None)

    def children(self, n, alive):
        if not n.children:
            return self.text(n)
        out, at = [], n.start_byte
        for c in n.children:
            out.append(self.bytes[at:c.start_byte].decode())
            out.append(self.render(c, alive))
            at = c.end_byte
        out.append(self.bytes[at:n.end_byte].decode())
        return "".join(out)

    def arm(self, n, arms, guards, alive):
        if not arms and not guards:
            return self.children(n, alive)
        out, at = [], n.start_byte
        for c in n.children:
            out.append(self.bytes[at:c.start_byte].decode())
            at = c.end_byte
            if c.type != "match_pattern":
                out.append(self.render(c, alive))
                continue
            condition = c.child_by_field_name("condition")
            if condition is None:
                out.append(self.text(c))
                guard = "true"
            else:
                pattern = self.bytes[c.start_byte:condition.start_byte].decode().rstrip()
                out.append(pattern[:-2].rstrip())
                guard = self.render(condition, alive)
            for m in guards:
                yes = m["replacement"].strip() == "true"
                guard = f"(crate::mutant({m['id']}) || ({guard}))" if yes else f"(!crate::mutant({m['id']}) && ({guard}))"
            for m in arms:
                plain = condition is not None and condition.type in ("let_condition", "let_chain")
                guard = f"!crate::mutant({m['id']}) && {guard}" if plain else f"!crate::mutant({m['id']}) && ({guard})"
            out.append(f" if {guard}")
        out.append(self.bytes[at:n.end_byte].decode())
        return "".join(out)

    def binary(self, n, own, left, op, right):
        if op in ("&&", "||") and len(own) == 1:
            m = f"crate::mutant({own[0]['id']})"
            return f"(((({left}) != {m}) {op} (({right}) != {m})) != {m})"
        if op in ("==", "!=") and len(own) == 1:
            return f"(({left} {op} {right}) != crate::mutant({own[0]['id']}))"
        out = "".join(f"if crate::mutant({m['id']}) {{ {left} {m['replacement']} {right} }} else " for m in own)
        return f"({out}{{ {left} {op} {right} }})" if n.type == "binary_expression" else f"{out}{{ {left} {op} {right}; }}"

RUNTIME = """
/// The mutant that is chosen.
#[doc(hidden)]
#[allow(missing_docs)]
pub fn mutant(n: u32) -> bool {
    static CHOSEN: std::sync::OnceLock<u32> = std::sync::OnceLock::new();
    *CHOSEN.get_or_init(|| std::env::var("VOW_MUTANT").ok().and_then(|n| n.parse().ok()).unwrap_or(0)) == n
}
"""

def write(files, alive):
    for f in files.values():
        (SRC / f.path).write_text(f.render(f.tree.root_node, alive))

def errors(files, alive):
    """Mutants that do not compile."""
    env = {**os.environ, "CARGO_TARGET_DIR": str(TARGET)}
    out = subprocess.run(["cargo", "test", "--no-run", "--lib", "--message-format", "json"], cwd=SRC, env=env, capture_output=True, text=True)
    bad, seen = set(), 0
    for line in out.stdout.splitlines():
        message = json.loads(line).get("message")
        if not isinstance(message, dict) or message.get("level") != "error" or not message["spans"]:
            continue
        seen += 1
        for span in message["spans"]:
            if not span["is_primary"] and bad:
                continue
            path = span["file_name"]
            if path not in files:
                continue
            text = (SRC / path).read_bytes()
            best = None
            for m in re.finditer(rb"crate::mutant\((\d+)\)", text):
                distance = max(0, span["byte_start"] - m.end(), m.start() - span["byte_end"])
                if int(m[1]) in alive and (best is None or distance <= best[0]):
                    best = (distance, int(m[1]))
            if best:
                bad.add(best[1])
            break
    return out.returncode, seen, bad, out

def build():
    mutants = listed()
    files = {}
    for n, m in enumerate(mutants, 1):
        m["id"] = n
        files.setdefault(m["file"], None)
    files = {p: File(p) for p in files}
    for m in mutants:
        files[m["file"]].place(m)
    unplaced = [m for f in files.values() for m in f.unplaced]
    shutil.rmtree(SRC, ignore_errors=True)
    shutil.copytree(ROOT, SRC, symlinks=True, ignore=lambda d, n: {"target", ".git"} & set(n) if Path(d) == ROOT else set())
    manifest = SRC / "Cargo.toml"
    manifest.write_text(re.sub(r"(?ms)^\[lints[^\n]*\n.*?(?=^\[|\Z)", "", manifest.read_text()))
    lib = SRC / "src/lib.rs"
    lib.write_text("#![allow(warnings)]\n" + lib.read_text() + RUNTIME)
    alive = {m["id"] for m in mutants if "state" not in m} - {m["id"] for m in unplaced}
    dropped = set()
    for turn in range(40):
        write(files, alive)
        code, seen, bad, out = errors(files, alive)
        print(f"turn {turn}: {seen} errors, {len(bad)} mutants dropped", flush=True)
        if code == 0:
            break
        if not bad:
            sys.exit(out.stderr[-6000:])
        alive -= bad
        dropped |= bad
    for m in mutants:
        m["state"] = "alive" if m["id"] in alive else "unplaced" if m in unplaced else "does not compile"
        m.pop("diff", None)
        m.pop("node", None)
    (WORK / "mutants.json").write_text(json.dumps(mutants, indent=1))
    print(len(mutants), "listed", len(alive), "alive", len(dropped), "do not compile", len(unplaced), "unplaced")
    tests()

def tests():
    wanted = [word for test in sys.argv[2:] for word in ("--test", test)]
    env = {**os.environ, "CARGO_TARGET_DIR": str(TARGET)}
    command = ["cargo", "test", "--no-run", "--lib", *wanted, "--message-format", "json"]
    out = subprocess.run(command, cwd=SRC, env=env, stdout=subprocess.PIPE, text=True, check=True)
    (WORK / "bin").mkdir(exist_ok=True)
    for message in map(json.loads, out.stdout.splitlines()):
        if message.get("executable") and message["profile"]["test"]:
            name = "lib" if "lib" in message["target"]["kind"] else message["target"]["name"]
            shutil.copy2(message["executable"], WORK / "bin" / name)

if __name__ == "__main__":
    build()
