//! As much of a reader of TextMate grammars as ours needs: matches, begin/end pairs, captures and includes of the
//! grammar's own repository. No back references, no `while`, no injections; the engine of Visual Studio Code is asked by
//! `editors/test/run`.

use std::collections::BTreeMap;
use std::ops::Range;

use fancy_regex::Regex;
use serde_json::Value;

/// A grammar with its expressions compiled.
pub(crate) struct Grammar {
    scope: String,
    patterns: Vec<Pattern>,
    repository: BTreeMap<String, Vec<Pattern>>,
}

enum Pattern {
    Include(String),
    Group(Vec<Pattern>),
    Match { find: Regex, name: Option<String>, captures: Vec<(usize, String)> },
    Pair(Box<Pair>),
}

struct Pair {
    begin: Regex,
    end: Regex,
    name: Option<String>,
    content: Option<String>,
    begin_captures: Vec<(usize, String)>,
    end_captures: Vec<(usize, String)>,
    patterns: Vec<Pattern>,
}

/// What is open where a line starts; the innermost last.
#[derive(Default)]
pub(crate) struct Open<'g>(Vec<&'g Pair>);

impl Open<'_> {
    /// Whether nothing is open.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// For each byte of a line, its scopes.
pub(crate) type Scopes = Vec<Vec<String>>;

impl Grammar {
    /// Reads a grammar; an error says which expression does not compile.
    pub(crate) fn read(json: &Value) -> Result<Self, String> {
        let repository = json["repository"].as_object().into_iter().flatten();
        let rules = |rule: &Value| pattern(rule).map(|p| vec![p]);
        let repository = repository.map(|(name, rule)| Ok((name.clone(), rules(rule)?)));
        Ok(Self {
            scope: text(json, "scopeName").unwrap_or_default(),
            patterns: patterns(json)?,
            repository: repository.collect::<Result<_, String>>()?,
        })
    }

    /// The scopes of each byte of `line`, going on from `open`.
    pub(crate) fn line<'g>(&'g self, line: &str, open: &mut Open<'g>) -> Scopes {
        let mut scopes = vec![vec![self.scope.clone()]; line.len()];
        let mut at = 0;
        loop {
            let inside = open.0.last();
            let end = inside.and_then(|pair| groups(&pair.end, line, at).map(|c| (c, None)));
            let rules = inside.map_or(&self.patterns, |pair| &pair.patterns);
            let mut best = end;
            self.find(rules, line, at, &mut best);
            let stop = best.as_ref().map_or(line.len(), |(c, _)| whole(c).start);
            paint_open(&mut scopes, at..stop, &open.0);
            let Some((found, rule)) = best else { return scopes };
            let span = whole(&found);
            match rule {
                Some(Pattern::Match { name, captures, .. }) => {
                    paint_open(&mut scopes, span.clone(), &open.0);
                    paint(&mut scopes, span.clone(), name.as_deref());
                    paint_captures(&mut scopes, &found, captures);
                }
                Some(Pattern::Pair(pair)) => {
                    paint_open(&mut scopes, span.clone(), &open.0);
                    paint(&mut scopes, span.clone(), pair.name.as_deref());
                    paint_captures(&mut scopes, &found, &pair.begin_captures);
                    open.0.push(pair);
                }
                _ => {
                    let pair = open.0.pop().expect("an end belongs to a beginning");
                    paint_open(&mut scopes, span.clone(), &open.0);
                    paint(&mut scopes, span.clone(), pair.name.as_deref());
                    paint_captures(&mut scopes, &found, &pair.end_captures);
                }
            }
            assert!(
                !span.is_empty() || span.start == line.len(),
                "an expression matches nothing in {line:?}"
            );
            at = span.end;
            if at == line.len() && !open.0.last().is_some_and(|pair| ends_here(pair, line)) {
                return scopes;
            }
        }
    }

    /// Puts into `best` the rule that matches first; of several at one place, the first of them.
    fn find<'g>(&'g self, rules: &'g [Pattern], line: &str, at: usize, best: &mut Best<'g>) {
        for rule in rules {
            let expression = match rule {
                Pattern::Include(name) => {
                    self.find(&self.repository[name], line, at, best);
                    continue;
                }
                Pattern::Group(rules) => {
                    self.find(rules, line, at, best);
                    continue;
                }
                Pattern::Match { find, .. } => find,
                Pattern::Pair(pair) => &pair.begin,
            };
            if let Some(found) = groups(expression, line, at)
                && best.as_ref().is_none_or(|(b, _)| whole(&found).start < whole(b).start)
            {
                *best = Some((found, Some(rule)));
            }
        }
    }
}

/// A match and its rule; no rule is the end of what is open.
type Best<'g> = Option<(Groups, Option<&'g Pattern>)>;

/// The place of a match, then those of its groups.
type Groups = Vec<Option<Range<usize>>>;

fn ends_here(pair: &Pair, line: &str) -> bool {
    groups(&pair.end, line, line.len()).is_some()
}

fn groups(expression: &Regex, line: &str, at: usize) -> Option<Groups> {
    let found = expression.captures_from_pos(line, at).expect("the expression ends")?;
    Some((0..found.len()).map(|i| found.get(i).map(|m| m.range())).collect())
}

fn whole(groups: &Groups) -> Range<usize> {
    groups[0].clone().expect("a match has a whole")
}

fn paint(scopes: &mut Scopes, span: Range<usize>, names: Option<&str>) {
    for name in names.into_iter().flat_map(str::split_whitespace) {
        for scope in &mut scopes[span.clone()] {
            scope.push(name.to_owned());
        }
    }
}

fn paint_open(scopes: &mut Scopes, span: Range<usize>, open: &[&Pair]) {
    for pair in open {
        paint(scopes, span.clone(), pair.name.as_deref());
        paint(scopes, span.clone(), pair.content.as_deref());
    }
}

fn paint_captures(scopes: &mut Scopes, found: &Groups, names: &[(usize, String)]) {
    for (group, name) in names {
        if let Some(Some(span)) = found.get(*group) {
            paint(scopes, span.clone(), Some(name));
        }
    }
}

fn patterns(rule: &Value) -> Result<Vec<Pattern>, String> {
    rule["patterns"].as_array().into_iter().flatten().map(pattern).collect()
}

fn pattern(rule: &Value) -> Result<Pattern, String> {
    if let Some(include) = text(rule, "include") {
        return Ok(Pattern::Include(include.trim_start_matches('#').to_owned()));
    }
    if rule.get("match").is_some() {
        let captures = names(rule, "captures");
        return Ok(Pattern::Match { find: expression(rule, "match")?, name: text(rule, "name"), captures });
    }
    if rule.get("begin").is_none() {
        return Ok(Pattern::Group(patterns(rule)?));
    }
    Ok(Pattern::Pair(Box::new(Pair {
        begin: expression(rule, "begin")?,
        end: expression(rule, "end")?,
        name: text(rule, "name"),
        content: text(rule, "contentName"),
        begin_captures: names(rule, "beginCaptures"),
        end_captures: names(rule, "endCaptures"),
        patterns: patterns(rule)?,
    })))
}

fn text(rule: &Value, key: &str) -> Option<String> {
    rule.get(key)?.as_str().map(str::to_owned)
}

fn expression(rule: &Value, key: &str) -> Result<Regex, String> {
    let source = text(rule, key).ok_or_else(|| format!("no `{key}` in {rule}"))?;
    Regex::new(&source).map_err(|e| format!("`{source}`: {e}"))
}

fn names(rule: &Value, key: &str) -> Vec<(usize, String)> {
    let captures = rule.get(key).and_then(Value::as_object).into_iter().flatten();
    captures.filter_map(|(group, c)| Some((group.parse().ok()?, text(c, "name")?))).collect()
}
