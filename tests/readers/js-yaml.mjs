// Whether js-yaml reads what the emitter wrote, by YAML 1.2 and by 1.1: each line of the file holds a text and what it
// means.

import { readFileSync } from 'node:fs'
import { CORE_SCHEMA, YAML11_SCHEMA, defineScalarTag, intCoreTag, intYaml11Tag, load, realMapTag } from 'js-yaml'

// What js-yaml takes for an integer, exactly: numbers of JavaScript end at 2^53.
const exact = (tag) => defineScalarTag(tag.tagName, {
  ...tag,
  resolve: (source, ...rest) => {
    const found = tag.resolve(source, ...rest)
    return typeof found === 'number' && !Number.isSafeInteger(found) ? BigInt(source) : found
  },
})

const SCHEMAS = [
  CORE_SCHEMA.withTags(realMapTag, exact(intCoreTag)),
  YAML11_SCHEMA.withTags(realMapTag, exact(intYaml11Tag)),
]

// How many values there are below `want`; throws if `found` is anything else.
function same(found, want) {
  if (Array.isArray(want)) return list(found, want)
  if (want !== null && typeof want === 'object') return object(found, Object.entries(want))
  if (!scalar(found, want)) throw new Error(`${shown(found)} for ${shown(want)}`)
  return 1
}

function list(found, want) {
  if (!Array.isArray(found) || found.length !== want.length) throw new Error(`${shown(found)} for a list`)
  return want.reduce((count, item, at) => count + same(found[at], item), want.length ? 0 : 1)
}

function object(found, want) {
  if (!(found instanceof Map) || found.size !== want.length) throw new Error(`${shown(found)} for an object`)
  return want.reduce((count, [key, value]) => {
    if (!found.has(key)) throw new Error(`no key ${shown(key)}`)
    return count + same(found.get(key), value)
  }, want.length ? 0 : 1)
}

function scalar(found, want) {
  if (typeof want !== 'string') return found === want
  const text = want.slice(1)
  switch (want[0]) {
    case 'i': return (typeof found === 'bigint' || Number.isSafeInteger(found)) && BigInt(found) === BigInt(text)
    case 'f': return typeof found === 'number' && found === Number(text)
    default: return found === text
  }
}

const shown = (value) => (typeof value === 'bigint' ? `${value}n` : JSON.stringify(value))

const { version } = JSON.parse(readFileSync(new URL('node_modules/js-yaml/package.json', import.meta.url)))
let [values, documents, wrong] = [0, 0, 0]
for (const line of readFileSync(process.argv[2], 'utf8').split('\n').filter(Boolean)) {
  const { yaml, want } = JSON.parse(line)
  try {
    values += Math.min(...SCHEMAS.map((schema) => same(load(yaml, { schema }), want)))
  } catch (problem) {
    console.log(`  document ${documents}: ${problem.message}`)
    wrong += 1
  }
  documents += 1
}
console.log(`js-yaml: ${version} (YAML 1.2 and 1.1) read ${values} values in ${documents} documents, ${wrong} wrong`)
process.exitCode = wrong || !values ? 1 : 0
