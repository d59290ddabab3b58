//! Functions in CEL: those of the language that Kubernetes has too, and the platform's own, written out.

use super::code::{Bind, Code};
use super::operator::{Scalar, comparable, scalar};
use super::translate::{Names, Stop, Term, Translator};
use crate::check::program::{Builtin, Expr, ExprKind, FunctionBody};
use crate::check::types::Type;
use crate::source::Span;
use crate::value::Value;

/// Bytes of the largest request, from which a cluster estimates what has no greatest length.
const REQUEST_BYTES: u64 = 3 << 20;

/// What one rule may cost by a cluster's estimate, in its units.
const COST: u64 = 10_000_000;

impl Translator<'_> {
    pub(super) fn call(
        &mut self,
        id: usize,
        args: &[Expr],
        span: Span,
        names: &Names<'_>,
    ) -> Result<Term, Stop> {
        let Some(function) = self.around.functions.get(id) else { return Err(Stop::Reported) };
        match &*function.body {
            FunctionBody::Error => Err(Stop::Reported),
            FunctionBody::Expr { value, .. } => self.term(value, &Names::Call { args, around: names }),
            FunctionBody::Native(_) | FunctionBody::Script { .. } => {
                let module = self.around.sources.name(function.span.file);
                self.library(&format!("{module} {}", function.name), args, span, names)
            }
        }
    }

    fn library(&mut self, which: &str, args: &[Expr], span: Span, names: &Names<'_>) -> Result<Term, Stop> {
        let [first, second] = args else { return Err(no_function(which, span)) };
        let build: fn(Code, Code) -> Code = match which {
            "<stdlib/text.dsl> startsWith" => |a, b| a.then(&format!(".startsWith({})", b.text)),
            "<stdlib/text.dsl> endsWith" => |a, b| a.then(&format!(".endsWith({})", b.text)),
            "<stdlib/net.dsl> contains" => {
                |a, b| Code::primary(format!("cidr({}).containsIP({})", a.text, b.text))
            }
            "<stdlib/quantity.dsl> compare" => {
                |a, b| Code::primary(format!("quantity({}).compareTo(quantity({}))", a.text, b.text))
            }
            _ => return Err(no_function(which, span)),
        };
        let (a, b) = (self.term(first, names)?, self.term(second, names)?);
        // A text that the schema lets through may still be no address or quantity.
        let fails = a.fails || b.fails || !which.starts_with("<stdlib/text.dsl>");
        Ok(Term { there: None, value: build(a.value, b.value), fails })
    }

    pub(super) fn builtin(
        &mut self,
        builtin: Builtin,
        args: &[Expr],
        span: Span,
        names: &Names<'_>,
    ) -> Result<Term, Stop> {
        match (builtin, args) {
            (Builtin::Len, [of]) => {
                if !matches!(of.ty.ty.widen(), Type::Str(_) | Type::List(_) | Type::Map(_)) {
                    return Err(Stop::at(span, "the length of this value"));
                }
                let of = self.term(of, names)?;
                let value = Code::primary(format!("size({})", of.value.text));
                Ok(Term { there: None, value, fails: of.fails })
            }
            (Builtin::Contains, [of, one]) => self.contains(of, one, span, names),
            (Builtin::Yaml, _) => Err(Stop::at(span, "`yaml`")),
            (Builtin::Json, _) => Err(Stop::at(span, "`json`")),
            (Builtin::Merge, _) => Err(Stop::at(span, "`merge`")),
            (Builtin::Keys, _) => Err(Stop::at(span, "`keys`")),
            (Builtin::Distinct, _) => Err(Stop::at(span, "`distinct`")),
            (Builtin::Len | Builtin::Contains, _) => Err(Stop::Reported),
        }
    }

    fn contains(&mut self, of: &Expr, one: &Expr, span: Span, names: &Names<'_>) -> Result<Term, Stop> {
        let (a, b) = (self.term(of, names)?, self.term(one, names)?);
        let fails = a.fails || b.fails;
        let value = match &of.ty.ty {
            Type::List(item) if comparable(scalar(item), scalar(&one.ty.ty)) => {
                b.value.join("in", a.value, Bind::Relation)
            }
            ty if scalar(ty) == Some(Scalar::Str) => {
                // A cluster estimates a search by both lengths, a tenth of a unit each byte.
                if longest(of).div_ceil(10).saturating_mul(longest(one).div_ceil(10)) > COST {
                    return Err(Stop::at(span, "a search in texts without a greatest length"));
                }
                a.value.then(&format!(".contains({})", b.value.text))
            }
            _ => return Err(Stop::at(span, "a search in this value")),
        };
        Ok(Term { there: None, value, fails })
    }
}

fn no_function(which: &str, span: Span) -> Stop {
    let name = which.rsplit(' ').next().unwrap_or_default();
    Stop::at(span, format!("the function `{name}`"))
}

/// The greatest number of bytes that a text may have.
fn longest(e: &Expr) -> u64 {
    match (&e.kind, &e.ty.ty) {
        (ExprKind::Const(Value::Str(text)), _) => text.len() as u64,
        (_, Type::Str(text)) => text.longest().map_or(REQUEST_BYTES, |n| u64::from(n) * 4),
        (_, Type::Literals(set)) => {
            let text = |lit: &crate::check::types::Lit| lit.value().as_str().map_or(0, str::len) as u64;
            set.iter().map(text).max().unwrap_or(0)
        }
        _ => REQUEST_BYTES,
    }
}
