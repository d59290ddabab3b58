//! Rules of a platform: names are resolved and conditions typed, with `it` as what is judged is seen.

mod scope;
mod test;
pub mod typed;

pub(super) use test::gives_objects;

use typed::{Demand, Holds, Rule, RuleBlock, RuleStep, Target, Verb};

use super::checker::{Binding, Checker, Cx};
use super::kinds::judged;
use super::program::ExprKind;
use super::types::{Ty, Type};
use crate::diag::{Diagnostic, suggest};
use crate::source::Span;
use crate::syntax::ast::{self, Item, RuleStmt, RuleTarget};
use crate::value::Value;

/// Whether anything in a block asks for something; what does not parse may have.
fn demands(body: &[RuleStmt]) -> bool {
    body.iter().any(|stmt| match stmt {
        RuleStmt::Let(_) => false,
        RuleStmt::When(when) => demands(&when.body),
        RuleStmt::For(form) => demands(&form.body),
        RuleStmt::Require(_) | RuleStmt::Deny(_) | RuleStmt::Warn(_) | RuleStmt::Error(_) => true,
    })
}

impl<'a> Checker<'a> {
    /// Checks the rules that stand at the top of modules and of the platform's file.
    pub(super) fn rules_of_modules(&mut self) {
        let inputs = self.inputs;
        for module in inputs.modules.iter().chain(&inputs.platform) {
            let index = self.module_index(&module.path);
            for item in &module.tree.items {
                if let Item::Rule(rule) = item {
                    self.rule(index, rule);
                }
            }
        }
    }

    /// All rules, those that hold for all first.
    pub(super) fn take_rules(&mut self) -> Vec<Rule> {
        let scopes = scope::scopes(self.inputs);
        let mut rules = std::mem::take(&mut self.rules);
        let files = self.inputs.modules.iter().chain(&self.inputs.promises).chain(&self.inputs.platform);
        let paths: Vec<&str> = files.map(|m| m.path.as_str()).collect();
        for (module, rule) in &mut rules {
            let path = paths.get(*module).copied().unwrap_or_default();
            rule.holds = scopes.get(path).cloned().unwrap_or(Holds::For([].into()));
        }
        let mut rules: Vec<Rule> = rules.into_iter().map(|(_, rule)| rule).collect();
        self.out.extend(scope::distinct(&rules));
        rules.sort_by_key(|r| r.holds != Holds::Everywhere);
        rules
    }

    /// Checks a rule as part of a module.
    pub(super) fn rule(&mut self, module: usize, rule: &'a ast::Rule) {
        let outer = std::mem::replace(&mut self.cx, Cx::of_module(module));
        self.open_scope(std::iter::empty());
        let target = self.rule_target(rule);
        let it = target.as_ref().map_or(Type::Never, |t| self.judged(t));
        let slot = self.new_slot();
        let name = ast::Name::new("it".into(), rule.name.span);
        self.bind_as(&name, Binding::Slot { slot, ty: Ty::always(it.clone()), span: name.span });
        let body = self.rule_block(&rule.body);
        if !demands(&rule.body) {
            let message = format!("the rule `{}` asks for nothing", rule.name.node);
            let d = Diagnostic::warning("empty-rule", rule.name.span, message);
            self.out.push(d.help("write `require CONDITION else \"MESSAGE\"`, or remove it"));
        }
        let slots = std::mem::replace(&mut self.cx, outer).slots;
        let Some(target) = target else { return };
        let (name, docs, span) = (rule.name.node.clone(), rule.docs.text(), rule.name.span);
        let holds = Holds::Everywhere;
        self.rules.push((module, Rule { name, docs, span, target, holds, it, slots, body }));
    }

    /// What `it` is.
    fn judged(&mut self, target: &Target) -> Type {
        let kind = match target {
            Target::Request(name) => {
                let api = self.apis.get(name).and_then(|t| t.api.as_deref());
                return api.map_or(Type::Never, super::promise::request_type);
            }
            Target::Kind(gvk) => self.inputs.kinds.lookup(&gvk.group, &gvk.version, &gvk.kind),
            Target::Document | Target::Flow => None,
        };
        // A pod is spelt out once, however many rules are about it.
        let key = match (target, kind) {
            (_, Some(kind)) => kind.to_string(),
            (Target::Flow, None) => "flow".into(),
            _ => "document".into(),
        };
        let make = || match (target, kind) {
            (_, Some(kind)) => kind.judged_type(),
            (Target::Flow, None) => judged::flow_type(),
            _ => judged::document_type(),
        };
        self.judged.entry(key).or_insert_with(make).clone()
    }

    fn rule_target(&mut self, rule: &'a ast::Rule) -> Option<Target> {
        match &rule.target {
            RuleTarget::Kind(gvk) => {
                if self.inputs.kinds.lookup(&gvk.group, &gvk.version, &gvk.kind).is_some() {
                    return Some(Target::Kind(gvk.clone()));
                }
                self.unknown_target(gvk);
                None
            }
            RuleTarget::Request(name) if self.apis.contains_key(&name.node) => {
                Some(Target::Request(name.node.clone()))
            }
            RuleTarget::Request(name) => {
                let message = format!("there is no promise `{}`", name.node);
                let mut d = Diagnostic::error("unknown-promise", name.span, message);
                d.help.extend(suggest::help(&name.node, self.apis.keys().map(String::as_str)));
                self.out.push(d);
                None
            }
            RuleTarget::Document(_) => Some(Target::Document),
            RuleTarget::Flow(_) => Some(Target::Flow),
        }
    }

    fn unknown_target(&mut self, gvk: &ast::Gvk) {
        let serves = |target: &super::checker::Target| {
            target.api.as_deref().is_some_and(|a| a.group == gvk.group && a.kind == gvk.kind)
        };
        let shown = super::resource::show_gvk(gvk);
        let promise = self.apis.iter().find(|(_, target)| serves(target)).map(|(name, _)| name.clone());
        let message = format!("nothing is known of the kind `{shown}`");
        let d = match promise {
            Some(name) => {
                let message = format!("`{shown}` is a request of the promise `{name}`");
                Diagnostic::error("unknown-kind", gvk.span, message)
                    .help(format!("write `on request {name}`"))
            }
            None => {
                let close = self.inputs.kinds.suggest(&gvk.group, &gvk.version, &gvk.kind);
                let help = close
                    .map_or("put its CRD into `schemas`".into(), |close| format!("did you mean `{close}`?"));
                Diagnostic::error("unknown-kind", gvk.span, message).help(help)
            }
        };
        self.out.push(d);
    }

    fn rule_block(&mut self, body: &'a [RuleStmt]) -> RuleBlock {
        let lets = body.iter().filter_map(|s| if let RuleStmt::Let(l) = s { Some(l) } else { None });
        self.open_scope(lets);
        let mut block = RuleBlock::default();
        for stmt in body {
            match stmt {
                RuleStmt::Let(l) => block.lets.extend(self.take_let(&l.name.node)),
                _ => block.steps.extend(self.rule_stmt(stmt)),
            }
        }
        self.close_scope();
        // A let gets its slot when its value is known, after those that it names.
        block.lets.sort_by_key(|l| l.slot);
        block
    }

    fn rule_stmt(&mut self, stmt: &'a RuleStmt) -> Option<RuleStep> {
        Some(match stmt {
            RuleStmt::Let(_) | RuleStmt::Error(_) => return None,
            RuleStmt::When(when) => {
                let (condition, block) =
                    self.under(&when.condition, vec![], |this| this.rule_block(&when.body));
                RuleStep::When(condition, block)
            }
            RuleStmt::For(form) => {
                let (walk, block) = self.walk(form, vec![], |this| this.rule_block(&form.body));
                RuleStep::For(walk, block)
            }
            RuleStmt::Require(c) => RuleStep::Demand(self.demand(Verb::Require, c)),
            RuleStmt::Deny(c) => RuleStep::Demand(self.demand(Verb::Deny, c)),
            RuleStmt::Warn(c) => RuleStep::Demand(self.demand(Verb::Warn, c)),
        })
    }

    fn demand(&mut self, verb: Verb, c: &'a ast::Check) -> Demand {
        let condition = self.condition_value(&c.condition);
        if let ExprKind::Const(Value::Bool(held)) = condition.kind {
            self.constant_demand(verb, held, condition.span);
        }
        // What is said is said when the condition came out that way.
        let facts = self.cx.aliases.facts(&condition, verb != Verb::Require);
        let message = self.with_facts(facts, |this| this.value(&c.message, &Type::STRING));
        Demand { verb, condition, message, span: c.span }
    }

    fn constant_demand(&mut self, verb: Verb, held: bool, span: Span) {
        let (code, message) = match (verb, held) {
            (Verb::Require, false) => ("never-true", "this never holds, so everything is refused"),
            (Verb::Deny, true) => ("never-true", "this always holds, so everything is refused"),
            _ => return,
        };
        let d = Diagnostic::warning(code, span, message);
        self.out.push(d.help("put the rule under a condition: `when … { }`"));
    }
}
