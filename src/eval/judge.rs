//! A rule of the platform is evaluated over what it judges. What it has against it is told with the path of what the
//! condition looked at; that is found by evaluating again, and only when something was found.

use std::collections::BTreeMap;

use super::budget::{Budget, RULES_STEPS};
use super::machine::{Frame, Machine, Step, fill};
use super::{Engine, Refusal};
use crate::check::program::{
    BinaryOp, Condition, Demand, Expr, ExprKind, IT, Rule, RuleBlock, RuleStep, Verb, Walk,
};
use crate::request::Request;
use crate::source::Span;
use crate::value::path::{Path, Step as PathStep};
use crate::value::{Map, Value};

/// The most objections of one rule to one thing, of each severity, that are told one by one.
const MOST: usize = 32;

/// What a rule has against what it judges.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Objection {
    /// Whether it is refused, or only warned of.
    pub refused: bool,
    /// What the rule says.
    pub message: String,
    /// What the condition looked at, in `it`; not all of it need be there.
    pub path: Option<Path>,
    /// The form that says so.
    pub span: Span,
    /// How many more of this severity there are, if this is the last that is told.
    pub more: usize,
}

/// The rules of a platform, judging what leaves together.
pub struct Judges<'e> {
    engine: &'e Engine,
    /// What each rule may still spend; `None` once it has spent it all.
    budgets: Vec<Option<Budget>>,
    left: usize,
}

impl Engine {
    /// The rules, with all of their budget.
    pub fn judges(&self) -> Judges<'_> {
        let budgets = self.program.rules.iter().map(|_| Some(Budget::default())).collect();
        Judges { engine: self, budgets, left: RULES_STEPS }
    }
}

impl<'e> Judges<'e> {
    /// The rules, and the position of each.
    pub fn rules(&self) -> impl Iterator<Item = (usize, &'e Rule)> + use<'e> {
        self.engine.program.rules.iter().enumerate()
    }

    /// What the rule at `index` has against `it`, which is of its type; nothing from a rule whose budget is spent, as
    /// that was refused already.
    ///
    /// # Errors
    /// Why it cannot judge.
    pub fn judge(&mut self, index: usize, it: Value) -> Result<Vec<Objection>, Box<Refusal>> {
        let Some(rule) = self.engine.program.rules.get(index) else { return Ok(vec![]) };
        let Some(slot) = self.budgets.get_mut(index) else { return Ok(vec![]) };
        let Some(budget) = slot.take() else { return Ok(vec![]) };
        let mut machine = Machine::new(&self.engine.program, &self.engine.globals);
        let before = budget.steps().min(self.left);
        machine.budget = budget.at_most(before);
        let mut judge = Judge { links: BTreeMap::new(), found: vec![], count: [0; 2] };
        let mut frame: Frame = vec![None; rule.slots.max(1)];
        fill(&mut frame, IT, Some(it));
        let done = judge.block(&mut machine, &rule.body, &mut frame);
        self.left = self.left.saturating_sub(before.saturating_sub(machine.budget.steps()));
        match done {
            Ok(()) => {
                *slot = Some(machine.budget);
                Ok(judge.told())
            }
            Err(refusal) if refusal.code == "over-budget" => {
                let what = format!("judging by the rule `{}` costs too much: {}", rule.name, refusal.message);
                Err(Box::new(Refusal { message: what, ..*refusal }))
            }
            Err(refusal) => {
                *slot = Some(machine.budget);
                Err(refusal)
            }
        }
    }
}

/// A request, as a promise and a rule see it: its metadata and its spec.
pub fn request_value(request: &Request) -> Value {
    let metadata = Map::from_iter([
        ("name".into(), Value::str(request.name.as_str())),
        ("namespace".into(), Value::str(request.namespace.as_str())),
        ("labels".into(), request.labels.clone()),
        ("annotations".into(), request.annotations.clone()),
    ]);
    Value::map(Map::from_iter([
        ("metadata".into(), Value::map(metadata)),
        ("spec".into(), request.spec.clone()),
    ]))
}

/// What a slot was filled from.
enum Link<'e> {
    /// The value of an expression.
    Value(&'e Expr),
    /// An item of what an expression gives.
    Item(&'e Expr, PathStep),
}

struct Judge<'e> {
    links: BTreeMap<usize, Link<'e>>,
    found: Vec<Objection>,
    /// How many warnings and refusals there are.
    count: [usize; 2],
}

impl<'e> Judge<'e> {
    fn block(&mut self, machine: &mut Machine<'_>, block: &'e RuleBlock, frame: &mut Frame) -> Step<()> {
        for l in &block.lets {
            let value = machine.eval(&l.value, frame)?;
            fill(frame, l.slot, value);
            self.links.insert(l.slot, Link::Value(&l.value));
        }
        block.steps.iter().try_for_each(|step| match step {
            RuleStep::Demand(demand) => self.demand(machine, demand, frame),
            RuleStep::When(condition, inner) => {
                if let Condition::Let { slot, value } = condition {
                    self.links.insert(*slot, Link::Value(value));
                }
                match machine.holds(condition, frame)? {
                    true => self.block(machine, inner, frame),
                    false => Ok(()),
                }
            }
            RuleStep::For(walk, inner) => self.walk(machine, walk, inner, frame),
        })
    }

    fn walk(
        &mut self,
        machine: &mut Machine<'_>,
        walk: &'e Walk,
        inner: &'e RuleBlock,
        frame: &mut Frame,
    ) -> Step<()> {
        let mut index = 0;
        machine.each(walk, frame, &mut |machine, frame| {
            let key = walk.key.and_then(|slot| frame.get(slot).cloned().flatten());
            let step = match key {
                Some(Value::Str(key)) => PathStep::Key(key),
                _ => PathStep::Index(index),
            };
            index += 1;
            self.links.insert(walk.item, Link::Item(&walk.over, step));
            self.block(machine, inner, frame)
        })
    }

    fn demand(&mut self, machine: &mut Machine<'_>, demand: &'e Demand, frame: &mut Frame) -> Step<()> {
        let Some(Value::Bool(held)) = machine.eval(&demand.condition, frame)? else {
            let span = demand.condition.span;
            return Err(Refusal::new("wrong-value", span, "this is neither true nor false"));
        };
        if held == (demand.verb == Verb::Require) {
            return Ok(());
        }
        let refused = demand.verb != Verb::Warn;
        let [warned, denied] = &mut self.count;
        let count = if refused { denied } else { warned };
        *count += 1;
        if *count > MOST {
            return Ok(());
        }
        let message = machine.there(&demand.message, frame)?.as_str().unwrap_or_default().to_owned();
        let path = self.looked_at(machine, &demand.condition, frame);
        self.found.push(Objection { refused, message, path, span: demand.span, more: 0 });
        Ok(())
    }

    /// What there is to tell, the last of each severity with the number of those that are not.
    fn told(mut self) -> Vec<Objection> {
        for (refused, count) in [false, true].into_iter().zip(self.count) {
            if let Some(last) = self.found.iter_mut().rev().find(|o| o.refused == refused) {
                last.more = count.saturating_sub(MOST);
            }
        }
        self.found
    }

    /// The path of what decided a condition: of several sides, of the one by which it came out.
    fn looked_at(&self, machine: &mut Machine<'_>, e: &Expr, frame: &mut Frame) -> Option<Path> {
        let mut holds = |e: &Expr| machine.eval(e, frame).ok().flatten() == Some(Value::Bool(true));
        match &e.kind {
            ExprKind::Not(inner) => self.looked_at(machine, inner, frame),
            ExprKind::Binary { op: BinaryOp::And, left, right } => {
                let side = if holds(left) { right } else { left };
                self.looked_at(machine, side, frame)
            }
            ExprKind::Binary { op: BinaryOp::Or, left, right } => {
                let side = if !holds(left) && holds(right) { right } else { left };
                self.looked_at(machine, side, frame)
            }
            _ => {
                let mut parts = Vec::new();
                e.visit(&mut |part| parts.push(part));
                parts.into_iter().find_map(|part| self.path(machine, part, frame, 0))
            }
        }
    }

    /// The path in `it` that an expression reads, if it reads one.
    fn path(&self, machine: &mut Machine<'_>, e: &Expr, frame: &mut Frame, depth: usize) -> Option<Path> {
        if depth > 64 {
            return None;
        }
        let base = |this: &Self, machine: &mut Machine<'_>, e: &Expr, frame: &mut Frame| {
            this.path(machine, e, frame, depth + 1)
        };
        match &e.kind {
            ExprKind::Slot(slot) if *slot == IT => Some(Path::default()),
            ExprKind::Slot(slot) => match self.links.get(slot)? {
                Link::Value(value) => base(self, machine, value, frame),
                Link::Item(over, step) => Some(base(self, machine, over, frame)?.then(step.clone())),
            },
            ExprKind::Field { base: of, name } => {
                Some(base(self, machine, of, frame)?.then(PathStep::Key(name.clone())))
            }
            ExprKind::Index { base: of, index } => {
                let path = base(self, machine, of, frame)?;
                match machine.eval(index, frame).ok().flatten()? {
                    Value::Str(key) => Some(path.then(PathStep::Key(key))),
                    Value::Int(at) => Some(path.then(PathStep::Index(usize::try_from(at).ok()?))),
                    _ => None,
                }
            }
            ExprKind::Cast { value, .. } => base(self, machine, value, frame),
            ExprKind::Binary { op: BinaryOp::Coalesce, left, .. } => base(self, machine, left, frame),
            _ => None,
        }
    }
}
