//! `check … in schema` as rules of a definition: the condition in the Common Expression Language (CEL), as
//! `x-kubernetes-validations` reads it.
//!
//! A rule accepts what the check accepts and refuses what it refuses, for every request that the schema lets through. What
//! cannot be said so is an error here, never a rule that is nearly the same. Facts of CEL in Kubernetes are from
//! <https://kubernetes.io/docs/reference/using-api/cel/>; `ip` and `cidr` need Kubernetes 1.31, `quantity` 1.29.

mod call;
mod code;
mod literal;
mod name;
mod operator;
mod translate;

use std::collections::BTreeMap;

use self::code::{Bind, Code};
use self::translate::{Names, Stop, Term, Translator};
use crate::check::api::Rule;
use crate::check::program::{Check, Condition, Expr, ExprKind, Function, Global, Step};
use crate::diag::Diagnostic;
use crate::source::{Sources, Span};
use crate::value::Value;

/// Bytes that a message may have in a definition.
const MESSAGE_BYTES: usize = 2048;

/// What expressions may name.
#[derive(Clone, Copy)]
pub(in crate::check) struct Around<'a> {
    pub(in crate::check) functions: &'a [Function],
    pub(in crate::check) globals: &'a [Global],
    pub(in crate::check) sources: &'a Sources,
}

/// The rules of the checks in `steps` that ask for it, in their order; what cannot be one goes to `out`.
pub(in crate::check) fn rules(steps: &[Step], around: Around<'_>, out: &mut Vec<Diagnostic>) -> Vec<Rule> {
    let mut walk = Walk { around, lets: BTreeMap::new(), guards: vec![], in_loop: false, rules: vec![], out };
    walk.note_lets(steps);
    walk.steps(steps);
    walk.rules
}

struct Walk<'a, 'o> {
    around: Around<'a>,
    /// What fills each slot that a `let` fills.
    lets: BTreeMap<usize, &'a Expr>,
    guards: Vec<&'a Condition>,
    in_loop: bool,
    rules: Vec<Rule>,
    out: &'o mut Vec<Diagnostic>,
}

impl<'a> Walk<'a, '_> {
    fn note_lets(&mut self, steps: &'a [Step]) {
        for step in steps {
            match step {
                Step::Let(l) => drop(self.lets.insert(l.slot, &l.value)),
                Step::When { condition, steps, .. } => {
                    if let Condition::Let { slot, value } = condition {
                        self.lets.insert(*slot, value);
                    }
                    self.note_lets(steps);
                }
                Step::For { steps, .. } => self.note_lets(steps),
                Step::Check(_) | Step::Resource(_) | Step::Request(_) | Step::File(_) => {}
            }
        }
    }

    fn steps(&mut self, steps: &'a [Step]) {
        for step in steps {
            match step {
                Step::Check(check) if check.in_schema => self.check(check),
                Step::When { condition, steps, .. } => {
                    self.guards.push(condition);
                    self.steps(steps);
                    self.guards.pop();
                }
                Step::For { steps, .. } => {
                    let outer = std::mem::replace(&mut self.in_loop, true);
                    self.steps(steps);
                    self.in_loop = outer;
                }
                Step::Let(_) | Step::Check(_) | Step::Resource(_) | Step::Request(_) | Step::File(_) => {}
            }
        }
    }

    fn check(&mut self, check: &'a Check) {
        let rule = match self.in_loop {
            true => Err(Stop::at(check.span, "a check within `for`")),
            false => self.rule(check, false).and_then(|(rule, named)| match named {
                // Only a rule at the root sees the name.
                true => self.rule(check, true).map(|(rule, _)| rule),
                false => Ok(rule),
            }),
        };
        match rule {
            Ok(rule) => self.rules.push(rule),
            Err(Stop::Reported) => {}
            Err(Stop::At(span, what)) => {
                let message = format!("{what} cannot be written into the schema");
                let mut d = Diagnostic::error("not-in-schema", span, message);
                let within =
                    span.file == check.span.file && check.span.range().contains(&(span.start as usize));
                if !within && !self.guards.iter().any(|guard| holds(guard, span)) {
                    d = d.also(check.span, "needed here");
                }
                self.out.push(d.help("drop `in schema`: vow checks it on every request"));
            }
        }
    }

    /// The rule, at the root or at `spec`, and whether it names the request.
    fn rule(&self, check: &'a Check, whole: bool) -> Result<(Rule, bool), Stop> {
        let names = Names::Promise(&self.lets);
        let mut translator = Translator::new(self.around, whole);
        let mut rule = translator.term(&check.condition, &names)?;
        for guard in self.guards.iter().rev() {
            let condition = match guard {
                Condition::Expr(e) => translator.term(e, &names)?,
                Condition::Let { value, .. } => translator.term(value, &names)?.presence(),
            };
            rule = implication(condition, rule);
        }
        let (message, message_expression) = message(&check.message, &mut translator, &names)?;
        let mut code = rule.value;
        if whole && translator.uses_spec {
            // A definition does not require `spec`, and a rule at `spec` would not be asked without it either.
            let absent = Code::new("!has(self.spec)", Bind::Unary);
            code = absent.join("||", code, Bind::Or);
        }
        Ok((Rule { rule: code.text, whole, message, message_expression }, translator.uses_name))
    }
}

/// Whether a place lies in a condition around the check, where it needs no further word.
fn holds(guard: &Condition, span: Span) -> bool {
    let (Condition::Expr(e) | Condition::Let { value: e, .. }) = guard;
    e.span.file == span.file && e.span.range().contains(&(span.start as usize))
}

/// `!a || b`; if `a` can fail, so that the failure is not lost beside a `b` that holds.
fn implication(a: Term, b: Term) -> Term {
    let fails = a.fails || b.fails;
    let value = match a.fails {
        true => a.value.choose(b.value, Code::new("true", Bind::Primary)),
        false => a.value.not().join("||", b.value, Bind::Or),
    };
    Term { there: None, value, fails }
}

/// The fixed message, or the expression that makes it.
fn message<'a>(
    message: &'a Expr,
    translator: &mut Translator<'a>,
    names: &Names<'a>,
) -> Result<(Option<String>, Option<String>), Stop> {
    if let ExprKind::Const(Value::Str(text)) = &message.kind {
        return Ok((one_line(text), None));
    }
    let term = translator.term(message, names)?;
    Ok((None, Some(term.value.text)))
}

/// A text as one line of the length that a definition allows; none if nothing is left of it.
fn one_line(text: &str) -> Option<String> {
    let mut line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut end = MESSAGE_BYTES.min(line.len());
    while !line.is_char_boundary(end) {
        end -= 1;
    }
    line.truncate(end);
    (!line.is_empty()).then_some(line)
}
