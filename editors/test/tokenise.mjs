// Holds the grammar to the marks in the fixtures, with the engine of Visual Studio Code. Further arguments are files that
// must hold nothing invalid and end where they began, outside of every text.

import { readFile, readdir } from "node:fs/promises";
import { createRequire } from "node:module";
import oniguruma from "vscode-oniguruma";
import textmate from "vscode-textmate";

const MARK = /^\s*\/\/\s*(\^+)\s+(.+)$/;
const here = (path) => new URL(path, import.meta.url);

const wasm = await readFile(createRequire(import.meta.url).resolve("vscode-oniguruma/release/onig.wasm"));
await oniguruma.loadWASM(wasm);
const registry = new textmate.Registry({
  onigLib: Promise.resolve({
    createOnigScanner: (sources) => new oniguruma.OnigScanner(sources),
    createOnigString: (text) => new oniguruma.OnigString(text),
  }),
  loadGrammar: async (scope) => {
    if (scope !== "source.promise") return null;
    const path = here("../vscode/syntaxes/promise.tmLanguage.json");
    return textmate.parseRawGrammar(await readFile(path, "utf8"), path.pathname);
  },
});
const grammar = await registry.loadGrammar("source.promise");

const problems = [];
const is = (scope, wanted) => scope === wanted || scope.startsWith(wanted + ".");

/** Checks the marks below one line against its tokens. */
function checkMarks(name, line, tokens, marks) {
  for (const { start, end, scopes } of marks) {
    for (const token of tokens.filter((t) => t.startIndex < end && start < t.endIndex)) {
      for (const scope of scopes) {
        const wanted = !scope.startsWith("!");
        const found = token.scopes.some((s) => is(s, scope.replace("!", "")));
        if (wanted !== found) problems.push(`${name}: \`${line.trim()}\`: at ${start}: ${scope} against ${token.scopes}`);
      }
    }
  }
}

async function check(name, path, strict) {
  const lines = (await readFile(path, "utf8")).split(/\r?\n/);
  let state = textmate.INITIAL;
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i];
    const { tokens, ruleStack } = grammar.tokenizeLine(line, state);
    state = ruleStack;
    const marks = [];
    for (let mark; !strict && (mark = MARK.exec(lines[i + 1] ?? "")); i++) {
      const start = lines[i + 1].indexOf("^");
      marks.push({ start, end: start + mark[1].length, scopes: mark[2].trim().split(/\s+/) });
    }
    checkMarks(name, line, tokens, marks);
    const invalid = strict && tokens.find((t) => t.scopes.some((s) => is(s, "invalid")));
    if (invalid) problems.push(`${name}:${i + 1}: invalid: \`${line.slice(invalid.startIndex, invalid.endIndex)}\``);
  }
  if (state.depth !== 1) problems.push(`${name}: something is still open at the end`);
}

for (const name of (await readdir(here("fixtures"))).sort()) await check(name, here(`fixtures/${name}`), false);
for (const path of process.argv.slice(2)) await check(path, path, true);
for (const problem of problems) console.error(problem);
console.log(`${problems.length} problems`);
process.exitCode = problems.length === 0 ? 0 : 1;
