//! Rules of a platform: names are resolved and conditions typed, with `it` as its kind has it; what judges with them
//! comes with later work.

use super::checker::{Binding, Checker, Cx};
use super::types::{Ty, Type};
use crate::diag::{Diagnostic, suggest};
use crate::syntax::ast::{self, RuleStmt, RuleTarget};

impl<'a> Checker<'a> {
    /// Checks a rule as part of a module.
    pub(super) fn module_rule(&mut self, module: usize, rule: &'a ast::Rule) {
        self.cx = Cx::of_module(module);
        self.open_scope(std::iter::empty());
        self.rule_target(rule);
        let (slot, ty) = (self.new_slot(), Ty::always(self.judged(rule)));
        let it = ast::Name::new("it".into(), rule.name.span);
        self.bind_as(&it, Binding::Slot { slot, ty, span: it.span });
        self.rule_block(&rule.body);
        self.cx = Cx::default();
    }

    /// What `it` is. A document or a flow is of no one kind, and fits everywhere.
    fn judged(&self, rule: &ast::Rule) -> Type {
        match &rule.target {
            RuleTarget::Kind(gvk) => {
                let kind = self.inputs.kinds.lookup(&gvk.group, &gvk.version, &gvk.kind);
                kind.map_or(Type::Never, |k| k.schema.to_type())
            }
            RuleTarget::Request(name) => {
                let api = self.apis.get(&name.node).and_then(|t| t.api.as_deref());
                api.map_or(Type::Never, super::promise::request_type)
            }
            _ => Type::Never,
        }
    }

    fn rule_target(&mut self, rule: &'a ast::Rule) {
        match &rule.target {
            RuleTarget::Kind(gvk)
                if self.inputs.kinds.lookup(&gvk.group, &gvk.version, &gvk.kind).is_none() =>
            {
                let shown = super::resource::show_gvk(gvk);
                let d = Diagnostic::error(
                    "unknown-kind",
                    gvk.span,
                    format!("nothing is known of the kind `{shown}`"),
                );
                let close = self.inputs.kinds.suggest(&gvk.group, &gvk.version, &gvk.kind);
                let help =
                    close.map_or("put its CRD into `schemas`".into(), |c| format!("did you mean `{c}`?"));
                self.out.push(d.help(help));
            }
            RuleTarget::Request(name) if !self.apis.contains_key(&name.node) => {
                let mut d = Diagnostic::error(
                    "unknown-promise",
                    name.span,
                    format!("there is no promise `{}`", name.node),
                );
                d.help.extend(suggest::help(&name.node, self.apis.keys().map(String::as_str)));
                self.out.push(d);
            }
            _ => {}
        }
    }

    fn rule_block(&mut self, body: &'a [RuleStmt]) {
        let lets = body.iter().filter_map(|s| if let RuleStmt::Let(l) = s { Some(l) } else { None });
        self.open_scope(lets);
        for stmt in body {
            self.rule_stmt(stmt);
        }
        self.close_scope();
    }

    fn rule_stmt(&mut self, stmt: &'a RuleStmt) {
        match stmt {
            RuleStmt::Let(l) => drop(self.take_let(&l.name.node)),
            RuleStmt::When(when) => {
                drop(self.under(&when.condition, vec![], |this| this.rule_block(&when.body)))
            }
            RuleStmt::For(form) => drop(self.walk(form, vec![], |this| this.rule_block(&form.body))),
            RuleStmt::Require(c) | RuleStmt::Deny(c) | RuleStmt::Warn(c) => {
                self.condition_value(&c.condition);
                self.value(&c.message, &Type::STRING);
            }
            RuleStmt::Error(_) => {}
        }
    }
}
