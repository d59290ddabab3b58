//! JSON schemas that a platform attaches to the free-form part of a kind, as `values.schema.json` of a chart.
//!
//! What such a part lacks is never a mistake: the chart's own values lie below it.

mod translate;
mod validate;

use std::fmt;
use std::sync::{Arc, OnceLock};

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use super::kinds::{Field, Object, Problem, Schema};
use crate::source::{FileId, Span};
use crate::syntax::ast::Gvk;
use crate::value::path::{Path, Step};
use crate::value::{Value, ops, yaml};

/// A schema and what it is attached to.
#[derive(Clone, Deserialize, Serialize)]
pub struct Attached {
    /// The file, as it was written.
    pub file: String,
    /// Where it was attached.
    pub span: Span,
    /// The kind.
    pub gvk: Gvk,
    /// The part of its objects, from their root.
    pub path: Vec<Arc<str>>,
    /// What an object may hold: nothing is said of it but at `path`.
    pub schema: Schema,
    /// What the part may hold, as far as our schemas can say it.
    pub part: Schema,
    /// The schema as it was read.
    json: Value,
    /// Compiled when it is first asked.
    #[serde(skip)]
    validator: OnceLock<Option<Arc<jsonschema::Validator>>>,
}

impl Attached {
    /// Attaches the JSON schema `json`.
    ///
    /// # Errors
    /// What is wrong with the schema, as the end of a sentence.
    pub fn new(
        file: &str,
        span: Span,
        gvk: &Gvk,
        path: Vec<Arc<str>>,
        json: &Value,
    ) -> Result<Attached, String> {
        let validator = OnceLock::from(Some(Arc::new(validate::compile(json)?)));
        let json = json.clone();
        let part = translate::schema(&json);
        let schema = path.iter().rev().fold(part.clone(), |inner, key| {
            let field = Field { schema: inner, required: false };
            let fields = IndexMap::from([(Arc::clone(key), field)]);
            Schema::Object(Arc::new(Object { fields, open: true }))
        });
        Ok(Attached { file: file.to_owned(), span, gvk: gvk.clone(), path, schema, part, json, validator })
    }

    /// Whether it is attached to that kind.
    pub fn is_for(&self, group: &str, version: &str, kind: &str) -> bool {
        (&*self.gvk.group, &*self.gvk.version, &*self.gvk.kind) == (group, version, kind)
    }

    /// What is wrong with the part of a whole object; paths begin at the object's root. A text is read as YAML.
    pub fn judge(&self, object: &Value) -> Vec<Problem> {
        let path = Path(self.path.iter().cloned().map(Step::Key).collect());
        let Some(part) = ops::at(object, &path.0) else { return vec![] };
        let found = match part {
            Value::Str(text) => self.judge_text(text),
            part => self.judge_part(part),
        };
        let rooted = |p: Problem| Problem { path: Path([path.0.clone(), p.path.0].concat()), ..p };
        found.into_iter().map(rooted).collect()
    }

    /// What is wrong with a text that should be the part, as YAML.
    pub fn judge_text(&self, text: &str) -> Vec<Problem> {
        // Nobody sees the places in it: it stands in no file.
        match yaml::read(FileId::default(), text) {
            Ok(nodes) if nodes.is_empty() => vec![],
            Ok(nodes) => match nodes.as_slice() {
                [one] => self.judge_part(&one.to_value()),
                _ => vec![whole("holds more than one document of YAML")],
            },
            Err(d) => vec![whole(&format!("is no YAML: {}", d.message))],
        }
    }

    fn judge_part(&self, part: &Value) -> Vec<Problem> {
        let validator = self.validator.get_or_init(|| validate::compile(&self.json).ok().map(Arc::new));
        validator.as_ref().map_or(vec![], |v| validate::problems(v, &self.part, part))
    }
}

impl fmt::Debug for Attached {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Attached { file, span, gvk, path, schema, part, json, validator: _ } = self;
        let mut all = f.debug_struct("Attached");
        all.field("file", file).field("span", span).field("gvk", gvk).field("path", path);
        all.field("schema", schema).field("part", part).field("json", json).finish_non_exhaustive()
    }
}

fn whole(what: &str) -> Problem {
    Problem { path: Path::default(), what: what.to_owned(), help: None, missing: false }
}
