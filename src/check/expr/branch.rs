//! `if`, `match`, `when`, `for`: choices and walks.

use std::collections::{BTreeMap, BTreeSet};

use crate::check::checker::{Checker, poison};
use crate::check::facts::Fact;
use crate::check::program::{self, Condition, Expr, ExprKind, Walk};
use crate::check::types::{Lit, Ty, Type};
use crate::diag::{Diagnostic, suggest, words};
use crate::source::Span;
use crate::syntax::ast;

impl<'a> Checker<'a> {
    pub(super) fn if_(
        &mut self,
        condition: &'a ast::Expr,
        (then, otherwise): (&'a ast::Expr, Option<&'a ast::Expr>),
        expected: Option<&Type>,
        span: Span,
    ) -> Expr {
        let condition = self.condition_value(condition);
        let (yes, no) = (self.cx.aliases.facts(&condition, true), self.cx.aliases.facts(&condition, false));
        let then = self.with_facts(yes, |this| this.expr(then, expected));
        let otherwise = otherwise.map(|e| self.with_facts(no, |this| this.expr(e, expected)));
        let ty = match &otherwise {
            Some(other) => self.common(&[&then, other], "the two branches"),
            None => Some(Ty::maybe(then.ty.ty.clone())),
        };
        let Some(ty) = ty else { return poison(span) };
        let (condition, then) = (Box::new(condition), Box::new(then));
        Expr { kind: ExprKind::If { condition, then, otherwise: otherwise.map(Box::new) }, ty, span }
    }

    /// The least type of several branches; reports if they have none.
    fn common(&mut self, branches: &[&Expr], what: &str) -> Option<Ty> {
        let mut branches = branches.iter();
        let first = branches.next()?;
        let mut ty = first.ty.clone();
        for e in branches {
            match ty.join(&e.ty) {
                Some(joined) => ty = joined,
                // A schema judges each branch by itself.
                None if self.cx.in_body => ty = Ty { ty: Type::Any, optional: ty.optional || e.ty.optional },
                None => {
                    let message = format!("{what} have no type in common: `{}` and `{}`", ty.ty, e.ty.ty);
                    let d = Diagnostic::error("no-common-type", e.span, message);
                    let d = d.label(format!("`{}`", e.ty)).also(first.span, format!("`{}`", first.ty));
                    self.out.push(d.help("give all of them one type"));
                    return None;
                }
            }
        }
        Some(ty)
    }

    pub(super) fn match_(
        &mut self,
        subject: &'a ast::Expr,
        arms: &'a [ast::Arm],
        expected: Option<&Type>,
        span: Span,
    ) -> Expr {
        let subject = self.any_value(subject);
        let finite = self.finite(&subject.ty.ty);
        let path = self.cx.aliases.path(&subject);
        let mut seen: BTreeMap<Lit, Span> = BTreeMap::new();
        let mut typed = Vec::new();
        for arm in arms {
            let patterns = self.patterns(arm, &subject, finite.as_ref(), &mut seen);
            let is = Type::Literals(patterns.iter().cloned().collect::<BTreeSet<Lit>>());
            let fact = path.clone().filter(|_| !patterns.is_empty()).map(|p| Fact::Is(p, is));
            let value = self.with_facts(fact.into_iter().collect(), |this| this.expr(&arm.value, expected));
            typed.push(program::Arm { patterns, value });
        }
        self.exhaustive(&subject, arms, finite.as_ref(), &seen, span);
        let values: Vec<&Expr> = typed.iter().map(|a| &a.value).collect();
        let Some(ty) = self.common(&values, "the arms") else { return poison(span) };
        Expr { kind: ExprKind::Match { subject: Box::new(subject), arms: typed }, ty, span }
    }

    /// All values of a type, if there are few.
    fn finite(&mut self, ty: &Type) -> Option<BTreeSet<Lit>> {
        match ty {
            Type::Bool => Some(BTreeSet::from([Lit::Bool(false), Lit::Bool(true)])),
            Type::Literals(set) => Some(set.clone()),
            _ => None,
        }
    }

    fn patterns(
        &mut self,
        arm: &ast::Arm,
        subject: &Expr,
        finite: Option<&BTreeSet<Lit>>,
        seen: &mut BTreeMap<Lit, Span>,
    ) -> Vec<Lit> {
        let mut patterns = Vec::new();
        for pattern in &arm.patterns {
            let lit = Lit::from(&pattern.node);
            if let Some(first) = seen.get(&lit) {
                let d =
                    Diagnostic::error("unreachable-arm", pattern.span, format!("`{lit}` is matched already"));
                self.out.push(d.also(*first, "first written here").help("remove it"));
                continue;
            }
            let possible = match finite {
                Some(set) => set.contains(&lit),
                None => subject.ty.ty == Type::Never || subject.ty.ty.check(&lit.value()).is_ok(),
            };
            if !possible {
                let message = format!("`{lit}` is no value of `{}`", subject.ty.ty);
                let mut d = Diagnostic::error("unreachable-arm", pattern.span, message);
                if let (Some(set), Lit::Str(word)) = (finite, &lit) {
                    let known =
                        set.iter().filter_map(|l| if let Lit::Str(s) = l { Some(&**s) } else { None });
                    d.help.extend(suggest::closest(word, known).map(|c| format!("did you mean `\"{c}\"`?")));
                }
                self.out.push(d.also(subject.span, format!("`{}`", subject.ty.ty)));
            }
            seen.insert(lit.clone(), pattern.span);
            patterns.push(lit);
        }
        patterns
    }

    fn exhaustive(
        &mut self,
        subject: &Expr,
        arms: &[ast::Arm],
        finite: Option<&BTreeSet<Lit>>,
        seen: &BTreeMap<Lit, Span>,
        span: Span,
    ) {
        if subject.ty.ty == Type::Never {
            return;
        }
        let otherwise = arms.iter().find(|a| a.patterns.is_empty());
        if let Some(arm) = arms.iter().skip_while(|a| !a.patterns.is_empty()).nth(1) {
            let d = Diagnostic::error("unreachable-arm", arm.pattern_span, "this arm stands after `_`");
            self.out.push(d.help("move `_` to the end"));
        }
        let missing: Vec<String> =
            finite.into_iter().flatten().filter(|l| !seen.contains_key(*l)).map(Lit::to_string).collect();
        match (finite, otherwise) {
            (Some(set), Some(arm)) if set.len() <= 16 => {
                let message = "`_` hides what it stands for: the values are few and known";
                let d = Diagnostic::error("needless-wildcard", arm.pattern_span, message);
                self.out.push(match missing.is_empty() {
                    true => d.help("remove the arm: every value is matched"),
                    false => d.help(format!("write `{}` instead of `_`", missing.join(" | "))),
                });
            }
            (Some(_), None) if !missing.is_empty() => {
                let message = format!(
                    "{} {} not matched",
                    suggest::list(&missing),
                    if missing.len() == 1 { "is" } else { "are" }
                );
                let d = Diagnostic::error("not-exhaustive", span, message);
                let d = d.also(subject.span, format!("`{}`", subject.ty.ty));
                self.out.push(d.help(format!("add an arm: `{} => …`", missing.join(" | "))));
            }
            (None, None) => {
                let message = format!("{} has more values than these", words::a(&subject.ty.ty));
                let d = Diagnostic::error("not-exhaustive", span, message);
                self.out.push(d.help("add an arm `_ => …` for all others"));
            }
            _ => {}
        }
    }

    /// Opens a block under a condition, does `work` in it, closes it.
    pub(in crate::check) fn under<T>(
        &mut self,
        condition: &'a ast::Condition,
        lets: Vec<&'a ast::Let>,
        work: impl FnOnce(&mut Self) -> T,
    ) -> (Condition, T) {
        match condition {
            ast::Condition::Expr(e) => {
                let typed = self.condition_value(e);
                let facts = self.cx.aliases.facts(&typed, true);
                self.cx.condition = crate::check::canon::condition(&typed);
                let inner = self.with_facts(facts, |this| this.block(lets, work));
                (Condition::Expr(typed), inner)
            }
            ast::Condition::Let { name, value } => {
                let value = self.expr(value, None);
                if value.ty.ty != Type::Never && !value.ty.optional {
                    let text = self.inputs.sources.slice(value.span).to_owned();
                    let d = Diagnostic::warning(
                        "never-absent",
                        value.span,
                        format!("`{text}` is always there here"),
                    );
                    self.out.push(d.help("use it directly, without `when let`"));
                }
                let facts = self.cx.aliases.present(&value);
                self.cx.condition = (format!("({})?", crate::check::canon::canonical(&value)), false);
                let ty = Ty::always(value.ty.ty.clone());
                let (slot, inner) = self.with_facts(facts, |this| {
                    this.block(lets, |this| {
                        let slot = this.bind(name, ty);
                        this.cx.aliases.note(slot, &value);
                        (slot, work(this))
                    })
                });
                (Condition::Let { slot, value }, inner)
            }
        }
    }

    fn block<T>(&mut self, lets: Vec<&'a ast::Let>, work: impl FnOnce(&mut Self) -> T) -> T {
        self.open_scope(lets.into_iter());
        let inner = work(self);
        self.close_scope();
        inner
    }

    /// Opens a block for each item of `form.over`, does `work` in it, closes it.
    pub(in crate::check) fn walk<B, T>(
        &mut self,
        form: &'a ast::For<B>,
        lets: Vec<&'a ast::Let>,
        work: impl FnOnce(&mut Self) -> T,
    ) -> (Walk, T) {
        let over = self.any_value(&form.over);
        let (key, item) = match (&over.ty.ty, &form.key) {
            (Type::Never, _) => (Type::Never, Type::Never),
            (Type::List(item), None) => (Type::Never, (**item).clone()),
            (Type::List(item), Some(key)) => {
                let d = Diagnostic::error("type-mismatch", key.span, "a list has no keys");
                self.out.push(d.help(format!("write `for {} in …`", form.item.node)));
                (Type::Never, (**item).clone())
            }
            (Type::Map(value), Some(_)) => (Type::STRING, (**value).clone()),
            (Type::Object, Some(_)) => (Type::STRING, Type::Any),
            (Type::Record(r), Some(_)) => {
                let all = r.fields.values().try_fold(Type::Never, |ty, f| ty.join(&f.ty));
                (Type::STRING, all.unwrap_or(Type::Any))
            }
            (Type::Map(_) | Type::Object | Type::Record(_), None) => {
                let d =
                    Diagnostic::error("type-mismatch", form.item.span, "a map is walked by key and value");
                let name = &form.item.node;
                self.out.push(d.help(format!("write `for key, {name} in …`, or walk `keys(…)`")));
                (Type::Never, Type::Never)
            }
            (other, _) => {
                let message = format!("`for` walks a list or a map, this is `{other}`");
                self.out.push(Diagnostic::error("type-mismatch", over.span, message));
                (Type::Never, Type::Never)
            }
        };
        let (key, item, inner) = self.block(lets, |this| {
            let key = form.key.as_ref().map(|name| this.bind(name, Ty::always(key)));
            let item = this.bind(&form.item, Ty::always(item));
            (key, item, work(this))
        });
        (Walk { key, item, over }, inner)
    }
}
