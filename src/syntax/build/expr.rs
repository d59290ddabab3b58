//! Expressions.

use super::{Builder, Kids};
use crate::diag::Diagnostic;
use crate::source::{Span, Spanned};
use crate::syntax::ast::{Arm, BinaryOp, Expr, ExprKind, Literal};
use crate::syntax::grammar::{Pair, Rule};
use crate::syntax::recover::Level;

/// How high the tree of one expression may grow; links of chains such as `a.b.c` or `a + b + c` count.
const MAX_HEIGHT: usize = 128;

impl Builder<'_> {
    pub(super) fn expr(&mut self, pair: Pair<'_>) -> Expr {
        let span = self.span(&pair);
        let kids: Vec<Pair<'_>> = pair.into_inner().collect();
        let links = kids.len();
        self.higher(links, span, |b| b.expr_of(kids, span))
    }

    /// Runs `build` with the height raised, or reports that it is too much.
    fn higher(&mut self, links: usize, span: Span, build: impl FnOnce(&mut Self) -> Expr) -> Expr {
        if self.height + links > MAX_HEIGHT {
            let problem = Diagnostic::error("nested-too-deep", span, "this expression has too many parts")
                .help(format!(
                    "an expression has at most {MAX_HEIGHT} levels; give a part of it a name with `let`"
                ));
            self.problems.push(problem);
            return Expr { kind: ExprKind::Error, span };
        }
        self.height += links;
        let expr = build(self);
        self.height -= links;
        expr
    }

    fn expr_of(&mut self, kids: Vec<Pair<'_>>, span: Span) -> Expr {
        let mut kids = kids.into_iter().peekable();
        let mut first = None;
        let mut rest = vec![];
        let mut op: Option<(BinaryOp, Span)> = None;
        let mut nots: Vec<u32> = vec![];
        while let Some(pair) = kids.next_if(|p| p.as_rule() != Rule::cast) {
            match pair.as_rule() {
                Rule::not => nots.push(self.span(&pair).start),
                Rule::infix => op = binary_op(pair.as_str()).map(|o| (o, self.span(&pair))),
                _ => {
                    let operand = negate(self.postfix(pair), &mut nots);
                    match op.take() {
                        Some((op, at)) => rest.push((op, at, operand)),
                        None => first = Some(operand),
                    }
                }
            }
        }
        let joined = match first {
            Some(first) => self.join(first, rest),
            None => Expr { kind: ExprKind::Error, span },
        };
        match kids.next() {
            Some(cast) => self.cast(joined, cast, span),
            None => joined,
        }
    }

    fn cast(&mut self, value: Expr, pair: Pair<'_>, span: Span) -> Expr {
        let mut kids = Kids::of(pair);
        let Some(ty) = kids.opt(Rule::ty_union).map(|t| self.ty_union(t)) else { return value };
        let mut nots: Vec<u32> = kids.all(Rule::not).iter().map(|n| self.span(n).start).collect();
        let message = kids.opt(Rule::postfix).map(|p| Box::new(negate(self.postfix(p), &mut nots)));
        Expr { kind: ExprKind::Cast { value: Box::new(value), ty, message }, span }
    }

    fn postfix(&mut self, pair: Pair<'_>) -> Expr {
        let span = self.span(&pair);
        let kids: Vec<Pair<'_>> = pair.into_inner().collect();
        let links = kids.len().saturating_sub(1);
        self.higher(links, span, |b| {
            let mut kids = kids.into_iter();
            let first = kids.next().and_then(|p| b.primary(p));
            kids.fold(first.unwrap_or(Expr { kind: ExprKind::Error, span }), |base, link| b.link(base, link))
        })
    }

    fn link(&mut self, base: Expr, pair: Pair<'_>) -> Expr {
        let span = base.span.to(self.span(&pair));
        let rule = pair.as_rule();
        let base = Box::new(base);
        let mut kids = Kids::of(pair.clone());
        let kind = match rule {
            Rule::field_get | Rule::opt_get => match kids.opt(Rule::word) {
                Some(word) => {
                    ExprKind::Field { base, name: self.name(word), optional: rule == Rule::opt_get }
                }
                None => ExprKind::Error,
            },
            Rule::index | Rule::opt_index => match kids.opt(Rule::expr) {
                Some(index) => {
                    let index = Box::new(self.expr(index));
                    ExprKind::Index { base, index, optional: rule == Rule::opt_index }
                }
                None => ExprKind::Error,
            },
            Rule::call => {
                let error = |span| Expr { kind: ExprKind::Error, span };
                let args = self.children(Level::Argument, pair, |b, p| Some(b.expr(p)), error);
                ExprKind::Call { callee: base, args }
            }
            _ => ExprKind::Present(base),
        };
        Expr { kind, span }
    }

    fn primary(&mut self, pair: Pair<'_>) -> Option<Expr> {
        let span = self.span(&pair);
        let kind = match pair.as_rule() {
            Rule::ident => ExprKind::Name(pair.as_str().to_owned()),
            Rule::text => ExprKind::Text(self.text(pair)),
            Rule::number => self.number(&pair),
            Rule::bool => ExprKind::Bool(pair.as_str() == "true"),
            Rule::object => ExprKind::Object(self.object(pair)),
            Rule::list => ExprKind::List(self.list(pair)),
            Rule::paren => self.only_expr(pair)?.kind,
            Rule::if_ => return self.if_(pair, span),
            Rule::match_ => self.match_(pair)?,
            _ => return None,
        };
        Some(Expr { kind, span })
    }

    fn if_(&mut self, pair: Pair<'_>, span: Span) -> Option<Expr> {
        let mut kids = Kids::of(pair);
        let mut branches = vec![];
        while let Some(word) = kids.opt(Rule::kw_if) {
            branches.push((self.span(&word), kids.opt(Rule::expr)?, kids.opt(Rule::block)?));
        }
        let last = kids.opt(Rule::block);
        let built = self.higher(branches.len(), span, |b| {
            let mut built = vec![];
            for (word, condition, then) in branches {
                let condition = Box::new(b.expr(condition));
                built.extend(b.only_expr(then).map(|then| (word, condition, Box::new(then))));
            }
            let last = last.and_then(|l| b.only_expr(l)).map(Box::new);
            // `else if` is an `if` in the `else`.
            let folded = built.into_iter().rev().fold(last, |otherwise, (word, condition, then)| {
                let kind = ExprKind::If { condition, then, otherwise };
                Some(Box::new(Expr { kind, span: Span { start: word.start, ..span } }))
            });
            folded.map_or(Expr { kind: ExprKind::Error, span }, |e| *e)
        });
        Some(built)
    }

    fn match_(&mut self, pair: Pair<'_>) -> Option<ExprKind> {
        let mut kids =
            pair.into_inner().filter(|p| p.as_rule() == Rule::comma || !super::is_mark(p.as_rule()));
        let subject = Box::new(self.expr(kids.next()?));
        let arms = self.siblings(Level::Arm, kids, |b, p| b.arm(p).map(Some), |_| None);
        Some(ExprKind::Match { subject, arms: arms.into_iter().flatten().collect() })
    }

    fn arm(&mut self, pair: Pair<'_>) -> Option<Arm> {
        let mut kids = Kids::of(pair);
        let pattern = kids.opt(Rule::pattern)?;
        let pattern_span = self.span(&pattern);
        let mut options = Kids::of(pattern);
        let mut patterns: Vec<Spanned<Literal>> = vec![];
        while let Some(option) = options.next() {
            let literal = self.literal(option);
            patterns.extend(literal);
        }
        let value = self.expr(kids.opt(Rule::expr)?);
        Some(Arm { patterns, pattern_span, value })
    }
}

fn negate(operand: Expr, nots: &mut Vec<u32>) -> Expr {
    std::iter::from_fn(|| nots.pop()).fold(operand, |e, start| {
        let span = Span { start, ..e.span };
        Expr { kind: ExprKind::Not(Box::new(e)), span }
    })
}

fn binary_op(symbol: &str) -> Option<BinaryOp> {
    use BinaryOp as B;
    let all = [
        B::Or,
        B::And,
        B::Eq,
        B::Ne,
        B::Lt,
        B::Le,
        B::Gt,
        B::Ge,
        B::Coalesce,
        B::Add,
        B::Sub,
        B::Mul,
        B::Div,
        B::Rem,
    ];
    all.into_iter().find(|op| op.symbol() == symbol)
}
