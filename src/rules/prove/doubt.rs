//! What stands between a document and a proof.

use crate::known::{Count, Hole, Known, Maybe};
use crate::rules::Finding;
use crate::value::path::{Path, Step};
use crate::value::{Map, Value};

/// Why a rule is not proved of a document.
#[derive(Clone, Debug)]
pub(in crate::rules) struct Doubt {
    pub(in crate::rules) rule: &'static str,
    /// Where in the document.
    pub(in crate::rules) path: Path,
    /// What may be there, as the end of a sentence that begins with the path.
    pub(in crate::rules) what: String,
    /// What leaves it open; `None` if nothing does, so that the author's own text breaks the rule.
    pub(in crate::rules) hole: Option<Hole>,
}

/// Where doubts go.
#[derive(Debug, Default)]
pub(in crate::rules) struct Doubts {
    pub(in crate::rules) found: Vec<Doubt>,
}

/// More doubts about one document are of no use.
const MOST: usize = 64;

impl Doubts {
    /// Something that depends on what the request says.
    pub(in crate::rules) fn open(&mut self, rule: &'static str, path: &Path, what: &str, known: &Known) {
        let hole = known.hole().cloned().unwrap_or_else(|| Hole::new("a condition of the promise"));
        self.push(Doubt { rule, path: path.clone(), what: what.to_owned(), hole: Some(hole) });
    }

    /// Something that the author's own text says.
    pub(in crate::rules) fn broken(&mut self, finding: Finding) {
        self.push(Doubt { rule: finding.rule, path: finding.path, what: finding.message, hole: None });
    }

    fn push(&mut self, doubt: Doubt) {
        let same = |d: &Doubt| d.rule == doubt.rule && d.path == doubt.path && d.what == doubt.what;
        if self.found.len() < MOST && !self.found.iter().any(same) {
            self.found.push(doubt);
        }
    }

    /// What the judge found in the known part of `object`: it counts where all is known; elsewhere it may be only that
    /// something is left out.
    pub(in crate::rules) fn judged(&mut self, found: Vec<Finding>, object: &Known) {
        for finding in found.into_iter().filter(|f| is_closed(object, &f.path)) {
            match is_certain(object, &finding.path) {
                true => self.broken(finding),
                false => {
                    // The table says the path before it.
                    let own = format!("`{}` ", finding.path);
                    let what = finding.message.strip_prefix(&own).unwrap_or(&finding.message);
                    self.open(finding.rule, &finding.path, what, &Known::Never);
                }
            }
        }
    }

    /// As [`Doubts::judged`], for a judge that reports at the place around what is missing: what counts not is open.
    pub(in crate::rules) fn suspected(&mut self, found: Vec<Finding>, object: &Known) {
        for finding in found {
            match is_closed(object, &finding.path) && is_certain(object, &finding.path) {
                true => self.broken(finding),
                false => {
                    let at = at(object, &finding.path.0);
                    self.open(finding.rule, &finding.path, "may be what the rule does not allow", &at.known);
                }
            }
        }
    }
}

/// Whether all is known of what stands at `path`, its absence included.
fn is_closed(object: &Known, path: &Path) -> bool {
    let at = at(object, &path.0);
    at.known.value().is_some() || (at.is_absent() && at.absent)
}

/// Whether what stands at `path` does so in every object: nothing on the way to it, and no item, may be left out.
fn is_certain(object: &Known, path: &Path) -> bool {
    let mut around = object.clone();
    for step in &path.0 {
        let once = match step {
            Step::Index(index) => {
                let items = around.as_items();
                let segment = items.as_ref().and_then(|l| l.segments.get(*index));
                segment.is_none_or(|s| matches!(s.count, Count::One))
            }
            Step::Key(_) => true,
        };
        let there = at(&around, std::slice::from_ref(step));
        if !once || (there.absent && !there.is_absent()) {
            return false;
        }
        around = there.known;
    }
    true
}

/// What is known at a path; segments of a list count as its items.
fn at(object: &Known, steps: &[Step]) -> Maybe {
    steps.iter().fold(Maybe::there(object.clone()), |at, step| match step {
        Step::Key(key) => at.known.get(key),
        Step::Index(index) => match at.known.as_items().and_then(|l| l.segments.get(*index).cloned()) {
            Some(segment) => Maybe::there(segment.item),
            None => Maybe::absent(),
        },
    })
}

/// The known part of an object: what is open is left out, in a list it is null.
pub(in crate::rules) fn part(known: &Known) -> Value {
    some(known).unwrap_or(Value::Null)
}

fn some(known: &Known) -> Option<Value> {
    match known {
        Known::Is(value) => Some(value.clone()),
        Known::Object(object) => {
            let fields = object.fields.iter().filter_map(|(key, f)| Some((key.clone(), some(&f.known)?)));
            Some(Value::map(fields.collect::<Map>()))
        }
        Known::List(list) => Some(Value::list(list.segments.iter().map(|s| part(&s.item)).collect())),
        _ => None,
    }
}
