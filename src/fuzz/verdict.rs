//! What becomes of one request.

use crate::diag::Diagnostic;
use crate::eval::{Engine, Refusal, render_flow};
use crate::rules::prove::disproved;
use crate::rules::{Passed, gate, reread};
use crate::source::Span;
use crate::value::ops::sorted;
use crate::value::{Map, Value, yaml};

/// How a request ended that was not rendered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Something that should never be.
    Fault,
    /// A rule has something against a document.
    Rule,
    /// The api or the promise refuses the request.
    Refused,
}

/// Requests that ended in one way, at one place of the program.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Group {
    /// How they ended.
    pub verdict: Verdict,
    /// The code: of the rule, the refusal or the fault.
    pub code: &'static str,
    /// The place in the program; nowhere for an api.
    pub span: Span,
}

/// A rule refuses what it was proved of.
const UNSOUND: &str = "unsound-proof";

/// Codes of refusals that no request should be able to raise.
const FAULTS: [&str; 4] = ["over-budget", "script-failed", "unknown-promise", "wrong-result"];

/// How the request ended, and what is said about it; `None` if it was rendered and is right in every byte.
pub(super) fn of(engine: &Engine, promise: &str, object: &Value) -> Option<(Group, String)> {
    let first = match flow(engine, promise, object) {
        Ok(passed) => passed,
        Err(ended) => return Some(ended),
    };
    let fault = |code, message: String| {
        Some((Group { verdict: Verdict::Fault, code, span: Span::default() }, message))
    };
    let texts = texts(&first);
    if let Err(e) = reread(engine, first.documents().zip(texts.iter().map(String::as_str))) {
        return fault("unfaithful", e.to_string());
    }
    // The same request, its keys in another order: as another client or a database would hand it over.
    for (again, how) in [(object.clone(), "once more"), (reversed(object), "with its keys in another order")]
    {
        match flow(engine, promise, &again) {
            Ok(passed) if self::texts(&passed) == texts => {}
            Ok(_) => return fault("not-repeatable", format!("rendered {how}, the documents differ")),
            Err((_, m)) => return fault("not-repeatable", format!("rendered {how}, it is refused: {m}")),
        }
    }
    None
}

fn flow(engine: &Engine, promise: &str, object: &Value) -> Result<Passed, (Group, String)> {
    let ended = |verdict, code, span, message: &str| (Group { verdict, code, span }, message.to_owned());
    let request = engine.admit(promise, object).map_err(|problems| match problems.first() {
        Some(p) => ended(Verdict::Refused, p.code, Span::default(), &p.message),
        None => ended(Verdict::Fault, "wrong-value", Span::default(), "it is refused without a reason"),
    })?;
    let flow = render_flow(engine, promise, &request).map_err(|r: Box<Refusal>| {
        let verdict = if FAULTS.contains(&r.code) { Verdict::Fault } else { Verdict::Refused };
        ended(verdict, r.code, r.span, &r.message)
    })?;
    let found = match gate(engine, vec![flow]) {
        Ok(passed) => return Ok(passed),
        Err(found) => found,
    };
    // Once more, as the gate has kept it: what is refused is rare.
    let again = render_flow(engine, promise, &request).ok();
    if let Some(d) = again.and_then(|flow| disproved(engine, &flow)) {
        let message = format!("`{}` was proved of it, and yet: {}", d.code, d.message);
        return Err(ended(Verdict::Fault, UNSOUND, d.primary.span, &message));
    }
    Err(match found.iter().find(|d| d.is_error()) {
        Some(Diagnostic { code, primary, message, .. }) => ended(Verdict::Rule, *code, primary.span, message),
        None => ended(Verdict::Fault, "unfaithful", Span::default(), "the gate refuses without a reason"),
    })
}

fn texts(passed: &Passed) -> Vec<String> {
    passed.documents().map(|d| yaml::write(&d.object)).collect()
}

/// The value with the keys of every object in falling order.
fn reversed(value: &Value) -> Value {
    fn turn(value: &Value) -> Value {
        match value {
            Value::Map(map) => {
                Value::map(map.iter().rev().map(|(k, v)| (k.clone(), turn(v))).collect::<Map>())
            }
            Value::List(items) => Value::list(items.iter().map(turn).collect()),
            other => other.clone(),
        }
    }
    turn(&sorted(value))
}
