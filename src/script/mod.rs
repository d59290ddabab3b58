//! Functions whose bodies are scripted in rhai: compiled once, called with values, bounded in everything.
//!
//! No other room knows rhai, and no type of it leaves this one. A script is the text between the braces of
//! `fn host(subnet: Cidr, offset: Int) -> Ipv4 rhai { … }`: statements that see the parameters as variables, and whose
//! last expression, or `return`, is the result. `throw` refuses. Functions (`fn`) may be declared in a body; they and
//! `|x| …` see their own parameters only.
//!
//! A script has these packages of rhai, and nothing else:
//!
//! | package | what scripts get from it |
//! |---|---|
//! | `ArithmeticPackage` | `+ - * / %`, `<< >> & \| ^`, `abs`, `sign`, `is_zero`, `is_odd`, `is_even` |
//! | `LogicPackage` | comparisons, `!`, `min`, `max` |
//! | `BasicStringPackage` | `to_string`, `to_hex`, `to_octal`, `to_binary`, texts built with backticks |
//! | `MoreStringPackage` | `len`, `split`, `sub_string`, `index_of`, `contains`, `starts_with`, `trim`, `to_lower`, `pad`, … |
//! | `BasicArrayPackage` | `len`, `push`, `map`, `filter`, `reduce`, `sort`, `contains`, `extract`, … |
//! | `BasicMapPackage` | `len`, `keys`, `values`, `contains`, `remove`, … |
//! | `BasicIteratorPackage` | `for` over ranges, `range` with a step, `chars`, `bits` |
//! | ours, `natives` and `lists` | `parse_int`, `to_int`, `to_float`, `floor`, `ceiling`, `round`; `replace`, `pad`, `split`, `sort`, `order`, `dedup`, `index_of` in place of rhai's |
//!
//! There is no clock, no randomness, no `print`, `eval`, `import` or `sleep`, and nothing whose last digit depends on
//! the machine (`**`, trigonometry): the same arguments give the same bytes. What bounds a script is a count of steps
//! (`meter`), which is the same on every machine; time only ends what the count cannot see.

mod convert;
mod engine;
mod error;
mod limits;
mod lists;
mod meter;
mod natives;
mod quotes;

#[cfg(test)]
mod tests;

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, OnceLock};

use rhai::{AST, Dynamic, Scope};
use serde::{Deserialize, Serialize};

use crate::value::Value;
pub use error::{ScriptError, ScriptErrorKind};
pub use limits::limits;

/// A compiled script. Cloning it is cheap, and threads may share it.
#[derive(Clone, Deserialize, Serialize)]
pub struct Script {
    #[serde(with = "crate::wire::shared")]
    inner: Arc<Compiled>,
}

#[derive(Deserialize, Serialize)]
struct Compiled {
    source: String,
    params: Vec<String>,
    /// Made when the script is compiled, or first called where it was read from what is compiled already.
    #[serde(skip)]
    ast: OnceLock<Result<AST, ScriptError>>,
}

impl Script {
    /// Compiles the body `source` of a function with these parameters.
    ///
    /// # Errors
    /// The first place that is no rhai, names a variable that does not exist, or goes beyond a limit.
    pub fn compile(source: &str, params: &[&str]) -> Result<Script, ScriptError> {
        if source.len() > limits::SOURCE_BYTES {
            let message = format!("the script is longer than {} KiB", limits::SOURCE_BYTES >> 10);
            return Err(ScriptError::new(ScriptErrorKind::Limit, message));
        }
        quotes::check(source)?;
        let params = params.iter().map(|p| (*p).to_owned()).collect();
        let compiled = Compiled { source: source.to_owned(), params, ast: OnceLock::new() };
        compiled.ast()?;
        Ok(Script { inner: Arc::new(compiled) })
    }

    /// Runs the script; `args` are the values of its parameters, in their order.
    ///
    /// # Errors
    /// A `throw` of the script ([`ScriptErrorKind::Refused`]), a limit, or a fault: an operation that cannot be done, or
    /// a result that is no value.
    pub fn call(&self, args: &[Value]) -> Result<Value, ScriptError> {
        let Compiled { source, params, .. } = &*self.inner;
        if args.len() != params.len() {
            let message = format!("the script takes {} arguments, not {}", params.len(), args.len());
            return Err(ScriptError::new(ScriptErrorKind::Fault, message));
        }
        let ast = self.inner.ast()?;
        guarded(|| {
            let mut scope = Scope::new();
            for (param, arg) in params.iter().zip(args) {
                scope.push_dynamic(param.as_str(), convert::to_rhai(param, arg)?);
            }
            meter::begin();
            let result = engine::shared().eval_ast_with_scope::<Dynamic>(&mut scope, ast);
            // Whoever swallowed the error that ended the count, the count remembers.
            if let Some(overrun) = meter::overrun() {
                return Err(error::from_overrun(overrun, result.err(), source));
            }
            result.map_err(|e| error::from_eval(e, source)).and_then(|value| convert::from_rhai(&value))
        })
    }
}

impl Compiled {
    fn ast(&self) -> Result<&AST, ScriptError> {
        let compile = || {
            let mut scope = Scope::new();
            for param in &self.params {
                scope.push_dynamic(param.as_str(), Dynamic::UNIT);
            }
            let ast = engine::shared().compile_with_scope(&scope, &self.source);
            ast.map_err(|e| error::from_parse(&e, &self.source))
        };
        self.ast.get_or_init(|| guarded(compile)).as_ref().map_err(Clone::clone)
    }
}

impl fmt::Debug for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Script")
            .field("params", &self.inner.params)
            .field("source", &self.inner.source)
            .finish()
    }
}

/// Runs `work` with a known amount of stack, for rhai recurses over what it parses, runs and prints; and turns a panic,
/// which would be a bug of rhai, into a fault of this one script.
fn guarded<T>(work: impl FnOnce() -> Result<T, ScriptError>) -> Result<T, ScriptError> {
    let caught =
        catch_unwind(AssertUnwindSafe(|| stacker::maybe_grow(limits::STACK_LEFT, limits::STACK_NEW, work)));
    caught.unwrap_or_else(|_| {
        Err(ScriptError::new(ScriptErrorKind::Fault, "the scripting engine failed on this script"))
    })
}
