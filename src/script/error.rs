//! What can go wrong with a script, in our words and at our places.

use std::fmt;

use rhai::{Dynamic, EvalAltResult, ParseError, ParseErrorType, Position};

use super::limits;
use super::meter::Overrun;

/// Why a script gives no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptError {
    /// What it means for the caller.
    pub kind: ScriptErrorKind,
    /// One sentence; for [`ScriptErrorKind::Refused`] the text that was thrown.
    pub message: String,
    /// The place in the source of the script, in bytes, where there is one.
    pub offset: Option<usize>,
}

/// What the failure of a script means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScriptErrorKind {
    /// The source is no script: told when it is compiled.
    Syntax,
    /// The script refuses by `throw`.
    Refused,
    /// The script, an argument or its result goes beyond a limit.
    Limit,
    /// The script does what cannot be done, or its result is no value.
    Fault,
}

impl ScriptError {
    pub(super) fn new(kind: ScriptErrorKind, message: impl Into<String>) -> Self {
        ScriptError { kind, message: message.into(), offset: None }
    }

    pub(super) fn at(self, offset: Option<usize>) -> Self {
        ScriptError { offset, ..self }
    }
}

impl fmt::Display for ScriptError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ScriptError {}

/// The error of a source that does not compile.
pub(super) fn from_parse(error: &ParseError, source: &str) -> ScriptError {
    use ScriptErrorKind::{Limit, Syntax};
    let ParseError(why, position) = error;
    let (kind, message) = match &**why {
        ParseErrorType::UnexpectedEOF => (Syntax, "the script ends too early".into()),
        ParseErrorType::VariableUndefined(name) => (Syntax, no_variable(name, source)),
        ParseErrorType::Reserved(word) => (Syntax, format!("`{word}` cannot be used in a script")),
        ParseErrorType::ExprTooDeep => (Limit, "expressions and blocks are nested too deeply here".into()),
        ParseErrorType::TooManyFunctions => {
            (Limit, format!("there are more than {} functions", limits::FUNCTIONS))
        }
        ParseErrorType::LiteralTooLarge(..) => (Limit, "a text, list or map is too large".into()),
        ParseErrorType::AssignmentToConstant(name) => (Syntax, constant(name)),
        other => (Syntax, reword(&other.to_string())),
    };
    ScriptError::new(kind, shorten(&message)).at(offset_of(source, *position))
}

/// The error of a run.
pub(super) fn from_eval(error: Box<EvalAltResult>, source: &str) -> ScriptError {
    use ScriptErrorKind::{Fault, Limit, Refused};
    let (mut error, position) = innermost(error);
    let (kind, message) = match &*error {
        EvalAltResult::ErrorRuntime(thrown, _) => (Refused, refusal(thrown)),
        EvalAltResult::ErrorTooManyOperations(_) | EvalAltResult::ErrorTerminated(..) => {
            (Limit, too_long(Overrun::Steps))
        }
        EvalAltResult::ErrorTooManyVariables(_) => {
            (Limit, format!("there are more than {} variables at one time", limits::VARIABLES))
        }
        EvalAltResult::ErrorStackOverflow(_) => {
            (Limit, format!("functions call each other more than {} levels deep", limits::CALL_LEVELS))
        }
        EvalAltResult::ErrorDataTooLarge(what, _) => (Limit, too_large(what)),
        EvalAltResult::ErrorFunctionNotFound(signature, _) => (Fault, no_function(signature)),
        EvalAltResult::ErrorVariableNotFound(name, _) => (Fault, no_variable(name, source)),
        EvalAltResult::ErrorDotExpr(said, _) => (Fault, no_property(said)),
        EvalAltResult::ErrorIndexingType(said, _) => (Fault, no_index(said)),
        EvalAltResult::ErrorAssignmentToConstant(name, _) => (Fault, constant(name)),
        EvalAltResult::ErrorArrayBounds(len, index, _) => {
            (Fault, format!("there is no item {index} in a list of length {len}"))
        }
        EvalAltResult::ErrorStringBounds(len, index, _) => {
            (Fault, format!("there is no character {index} in a text of length {len}"))
        }
        EvalAltResult::ErrorMismatchDataType(wanted, found, _) => {
            (Fault, format!("expected `{}`, found `{}`", known_type(wanted), known_type(found)))
        }
        _ => {
            // Printed with a position, the message would name a line of the script, not of the file.
            error.clear_position();
            (Fault, reword(&error.to_string()))
        }
    };
    ScriptError::new(kind, shorten(&message)).at(offset_of(source, position))
}

/// The error of a run that took too much, whatever it said itself.
pub(super) fn from_overrun(overrun: Overrun, error: Option<Box<EvalAltResult>>, source: &str) -> ScriptError {
    let offset = error.and_then(|error| offset_of(source, innermost(error).1));
    ScriptError::new(ScriptErrorKind::Limit, too_long(overrun)).at(offset)
}

/// The error where it happened; calls around it only wrap it. Some functions of rhai know no place: then it is the call.
fn innermost(mut error: Box<EvalAltResult>) -> (Box<EvalAltResult>, Position) {
    let mut position = error.position();
    while let EvalAltResult::ErrorInFunctionCall(_, _, inner, _) = *error {
        error = inner;
        if !error.position().is_none() {
            position = error.position();
        }
    }
    (error, position)
}

fn refusal(thrown: &Dynamic) -> String {
    match thrown.as_immutable_string_ref() {
        Ok(text) => text.to_string(),
        Err(_) if thrown.is_unit() => "the script refuses, and does not say why".into(),
        Err(_) if thrown.is_int() || thrown.is_float() || thrown.is_bool() || thrown.is_char() => {
            thrown.to_string()
        }
        Err(_) => "the script refuses, but with something that is no text".into(),
    }
}

fn too_long(overrun: Overrun) -> String {
    match overrun {
        Overrun::Steps => format!("the script takes more than {} steps", limits::STEPS),
        Overrun::Time => format!("the script takes more than {} seconds", limits::SECONDS),
    }
}

/// rhai says in words which limit it was.
fn too_large(what: &str) -> String {
    if what.contains("string") {
        format!("a text, or the texts in a list or map, are longer than {} KiB", limits::STRING_BYTES >> 10)
    } else if what.contains("array") {
        format!("a list is longer than {} items", limits::LIST_ITEMS)
    } else if what.contains("Depth") {
        format!("lists and maps are nested deeper than {} levels", limits::DATA_DEPTH)
    } else {
        format!("a map is larger than {} entries", limits::MAP_ENTRIES)
    }
}

fn no_variable(name: &str, source: &str) -> String {
    match source.contains('|') || source.contains("fn ") {
        true => {
            format!("there is no variable `{name}` here; functions in a script see their own parameters only")
        }
        false => format!("there is no variable `{name}` here"),
    }
}

/// The signature is that of the call: `size (i64, &str | ImmutableString | String)`.
fn no_function(signature: &str) -> String {
    let (name, types) = signature.split_once(" (").unwrap_or((signature, ")"));
    let types = known_type(types);
    match name.starts_with("anon$") {
        true => format!("a function `|…|` does not take ({types}"),
        false => format!("there is no function `{name}({types}`"),
    }
}

/// What is said is `unknown property 'foo' - a getter is not registered for type 'i64'`, or a setter.
fn no_property(said: &str) -> String {
    let mut quoted = said.split('\'').skip(1).step_by(2);
    match (quoted.next(), quoted.next()) {
        (Some(name), Some(of)) => {
            format!("there is no property `{name}` in a value of type `{}`", known_type(of))
        }
        _ => reword(said),
    }
}

/// What is said is the type and that of the index: `char [i64]`.
fn no_index(said: &str) -> String {
    match said.split_once(" [") {
        Some((of, index)) => {
            let index = known_type(index.trim_end_matches(']'));
            format!("a value of type `{}` takes no index of type `{index}`", known_type(of))
        }
        None => reword(said),
    }
}

fn constant(name: &str) -> String {
    format!("`{name}` is a constant and keeps its value")
}

/// Types as the author of a script knows them.
fn known_type(types: &str) -> String {
    let types = types.replace("&str | ImmutableString | String", "string");
    types.replace("i64", "int").replace("f64", "float").replace("()", "nothing")
}

/// rhai's own words, in the form of ours.
fn reword(message: &str) -> String {
    let mut chars = message.chars();
    let first = chars.next().map(|c| c.to_ascii_lowercase());
    first.into_iter().chain(chars).map(|c| if c == '\'' { '`' } else { c }).collect()
}

/// Names and texts of a script may be as long as the script.
fn shorten(message: &str) -> String {
    match message.char_indices().nth(1000) {
        Some((at, _)) => format!("{}…", message.get(..at).unwrap_or_default()),
        None => message.into(),
    }
}

/// Lines and characters count from 1; a place after the last character is the end.
fn offset_of(source: &str, position: Position) -> Option<usize> {
    let line = position.line()?;
    let start: usize = source.split_inclusive('\n').take(line - 1).map(str::len).sum();
    let column = position.position().unwrap_or(1).saturating_sub(1);
    let within = source.get(start..)?.char_indices().nth(column).map(|(at, _)| start + at);
    Some(within.unwrap_or(source.len()))
}
