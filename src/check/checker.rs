//! The state of checking, and names: what a word means where it stands.

use std::collections::BTreeMap;
use std::sync::Arc;

use indexmap::IndexMap;

use super::api::Api;
use super::facts::{Aliases, Fact};
use super::inputs::Inputs;
use super::program::{self, Expr, ExprKind, Function, FunctionBody, Global, Rule};
use super::types::{Record, Ty, Type};
use super::typing;
use crate::diag::{Diagnostic, suggest};
use crate::source::Span;
use crate::syntax::ast::{self, Item, Member};

/// How many lets may wait for each other.
const LET_CHAIN: usize = 400;

/// Everything known so far.
pub(super) struct Checker<'a> {
    pub(super) inputs: &'a Inputs<'a>,
    pub(super) out: Vec<Diagnostic>,
    pub(super) functions: Vec<Function>,
    pub(super) globals: Vec<Global>,
    pub(super) apis: BTreeMap<String, Target>,
    /// The platform's values: the record type of `platform`, and the global of each.
    pub(super) platform: (Arc<Record>, BTreeMap<Arc<str>, usize>),
    pub(super) cx: Cx<'a>,
    /// The rules so far, and the module of each.
    pub(super) rules: Vec<(usize, Rule)>,
    /// The types of what rules judge, by what that is.
    pub(super) judged: BTreeMap<String, Type>,
    /// How many lets are being checked because another one names them.
    depth: usize,
    /// How many parts the types of further `merge`s may have, and whether it was said that they have more.
    pub(super) merged: usize,
    pub(super) merged_out: bool,
    decls: Vec<Decl<'a>>,
    modules: Vec<IndexMap<String, TopName>>,
}

/// A promise that can be requested.
#[derive(Clone)]
pub(super) struct Target {
    pub(super) api: Option<Arc<Api>>,
    pub(super) span: Span,
}

/// A let or fn at the top level of a module.
struct Decl<'a> {
    module: usize,
    name: String,
    span: Span,
    body: DeclBody<'a>,
    /// The declarations its body names, for finding cycles.
    uses: Vec<usize>,
}

#[derive(Clone)]
enum DeclBody<'a> {
    Let { decl: &'a ast::Let, state: LetState },
    Fn { decl: &'a ast::Fn, id: usize },
}

#[derive(Clone)]
enum LetState {
    Pending,
    Busy,
    Done { id: usize, ty: Ty },
    Failed,
}

/// What a name at the top level of a module is.
#[derive(Clone, Copy)]
enum TopName {
    Decl(usize),
    Module(usize, Span),
}

/// Where we are: the scopes around the expression at hand.
#[derive(Default)]
pub(super) struct Cx<'a> {
    pub(super) module: usize,
    pub(super) scopes: Vec<Scope<'a>>,
    pub(super) facts: Vec<Fact>,
    pub(super) aliases: Aliases,
    pub(super) slots: usize,
    /// Within the body of a resource, whose schema judges each value by itself.
    pub(super) in_body: bool,
    /// Where the type of the object or list that comes next is declared.
    pub(super) declared: Option<Span>,
    /// The condition of the block that was opened last: what it says, and whether it is negated.
    pub(super) condition: (String, bool),
    /// How many items the lists have that are written out, by the slots of their lets.
    pub(super) lengths: BTreeMap<usize, usize>,
    /// Inside `on delete`: only objects are rendered there.
    pub(super) deleting: bool,
    /// In a form that is the same for every request, so that none of it is known.
    pub(super) unasked: bool,
    /// The declaration whose body this is.
    decl: Option<usize>,
    /// The lets that are being checked, outermost first.
    busy: Vec<(String, Span)>,
}

impl Cx<'_> {
    /// The top of a module's file, with no names around it.
    pub(super) fn of_module(module: usize) -> Self {
        Cx { module, ..Cx::default() }
    }
}

/// The names of one block.
#[derive(Default)]
pub(super) struct Scope<'a> {
    pub(super) names: IndexMap<String, Binding<'a>>,
    /// How many facts hold in the whole block.
    facts: usize,
    /// Lets of the block that are checked.
    pub(super) lets: BTreeMap<String, program::Let>,
}

/// What a name in a block is.
#[derive(Clone)]
pub(super) enum Binding<'a> {
    /// A value in a slot.
    Slot { slot: usize, ty: Ty, span: Span },
    /// A let that nobody has asked for yet.
    Pending(&'a ast::Let),
    /// A let that is being checked, or that holds a mistake.
    Broken { span: Span },
    /// The handle of an object: the slots of its name and namespace.
    Handle { name_slot: usize, namespace_slot: usize, name: Type, namespaced: bool, span: Span },
}

impl Binding<'_> {
    fn span(&self) -> Span {
        match self {
            Binding::Slot { span, .. } | Binding::Broken { span } | Binding::Handle { span, .. } => *span,
            Binding::Pending(l) => l.name.span,
        }
    }
}

/// What a name turned out to be.
pub(super) enum Meaning {
    /// A value.
    Value(Expr),
    /// A function.
    Function(usize),
    /// A module.
    Module(usize),
    /// Nothing; it was reported.
    Nothing,
}

impl<'a> Checker<'a> {
    pub(super) fn new(inputs: &'a Inputs<'a>) -> Self {
        let mut this = Checker {
            inputs,
            out: vec![],
            functions: vec![],
            globals: vec![],
            apis: BTreeMap::new(),
            platform: Default::default(),
            cx: Cx::default(),
            rules: vec![],
            judged: BTreeMap::new(),
            depth: 0,
            merged: super::expr::MERGED_PARTS,
            merged_out: false,
            decls: vec![],
            modules: vec![],
        };
        let files = || inputs.modules.iter().chain(&inputs.promises).chain(&inputs.platform);
        for (index, module) in files().enumerate() {
            let scope = this.top_names(index, &module.tree);
            this.modules.push(scope);
        }
        let index_of: BTreeMap<&str, usize> =
            files().enumerate().map(|(i, m)| (m.path.as_str(), i)).collect();
        for (index, module) in files().enumerate() {
            this.add_uses(index, module, &index_of);
        }
        this
    }

    /// The index of the module with that path.
    pub(super) fn module_index(&self, path: &str) -> usize {
        let files = self.inputs.modules.iter().chain(&self.inputs.promises).chain(&self.inputs.platform);
        files.map(|m| m.path.as_str()).position(|p| p == path).unwrap_or(usize::MAX)
    }

    fn top_names(&mut self, module: usize, tree: &'a ast::File) -> IndexMap<String, TopName> {
        let mut names: IndexMap<String, TopName> = IndexMap::new();
        let members = |p: &'a ast::Promise| {
            p.members.iter().filter_map(|m| if let Member::Fn(f) = m { Some(f) } else { None })
        };
        for item in &tree.items {
            match item {
                Item::Let(l) => {
                    let body = DeclBody::Let { decl: l, state: LetState::Pending };
                    self.declare(&mut names, module, &l.name, body);
                }
                Item::Fn(f) => self.declare_fn(&mut names, module, f),
                Item::Promise(p) => members(p).for_each(|f| self.declare_fn(&mut names, module, f)),
                _ => {}
            }
        }
        names
    }

    fn declare_fn(&mut self, names: &mut IndexMap<String, TopName>, module: usize, decl: &'a ast::Fn) {
        let id = self.functions.len();
        let params = decl.params.iter().map(|p| typing::program_type(&p.ty, &mut self.out)).collect();
        let param_spans = decl.params.iter().map(|p| p.name.span).collect();
        let result = Ty { ty: typing::program_type(&decl.result, &mut self.out), optional: decl.optional };
        let name = decl.name.node.clone();
        self.functions.push(Function {
            name,
            params,
            param_spans,
            result,
            body: FunctionBody::Error.into(),
            span: decl.name.span,
        });
        self.declare(names, module, &decl.name, DeclBody::Fn { decl, id });
    }

    fn declare(
        &mut self,
        names: &mut IndexMap<String, TopName>,
        module: usize,
        name: &ast::Name,
        body: DeclBody<'a>,
    ) {
        if let Some(TopName::Decl(first)) = names.get(&name.node) {
            let first = self.decls.get(*first).map_or(name.span, |d| d.span);
            self.duplicate_name(name, first);
            return;
        }
        names.insert(name.node.clone(), TopName::Decl(self.decls.len()));
        self.decls.push(Decl { module, name: name.node.clone(), span: name.span, body, uses: vec![] });
    }

    fn duplicate_name(&mut self, name: &ast::Name, first: Span) {
        let d = Diagnostic::error("duplicate-name", name.span, format!("`{}` is declared twice", name.node));
        self.out.push(d.also(first, "first declared here").help("give one of the two another name"));
    }

    fn add_uses(
        &mut self,
        index: usize,
        module: &'a super::inputs::Module,
        index_of: &BTreeMap<&str, usize>,
    ) {
        for item in &module.tree.items {
            let Item::Use(u) = item else { continue };
            let target = module.uses.iter().find(|(written, _)| *written == u.path.node);
            let Some(target) = target.and_then(|(_, path)| index_of.get(path.as_str())) else { continue };
            let name = u.path.node.rsplit('/').next().unwrap_or_default().to_owned();
            if let Some(names) = self.modules.get_mut(index)
                && let Some(TopName::Module(_, first)) =
                    names.insert(name.clone(), TopName::Module(*target, u.span))
            {
                self.duplicate_name(&ast::Name::new(name, u.path.span), first);
            }
        }
    }

    /// Reports a mistake, and stands in for the expression that holds it.
    pub(super) fn error(&mut self, diagnostic: Diagnostic) -> Expr {
        let span = diagnostic.primary.span;
        self.out.push(diagnostic);
        poison(span)
    }

    /// Checks every top-level let and fn of every module.
    pub(super) fn declarations(&mut self) {
        for index in 0..self.decls.len() {
            match self.decls.get(index).map(|d| d.body.clone()) {
                Some(DeclBody::Let { .. }) => {
                    self.force_global(index);
                }
                Some(DeclBody::Fn { decl, id }) => self.function(index, decl, id),
                None => {}
            }
        }
        self.declaration_cycles();
    }

    fn in_decl<T>(&mut self, index: usize, work: impl FnOnce(&mut Self) -> T) -> (T, usize) {
        let module = self.decls.get(index).map_or(0, |d| d.module);
        let cx = Cx { module, decl: Some(index), scopes: vec![Scope::default()], ..Cx::default() };
        let outer = std::mem::replace(&mut self.cx, cx);
        let result = work(self);
        let inner = std::mem::replace(&mut self.cx, outer);
        (result, inner.slots)
    }

    fn function(&mut self, index: usize, decl: &'a ast::Fn, id: usize) {
        let (body, _) = self.in_decl(index, |this| this.function_body(decl, id));
        if let Some(f) = self.functions.get_mut(id) {
            f.body = body.into();
        }
    }

    fn force_global(&mut self, index: usize) -> Option<(usize, Ty)> {
        let decl = self.decls.get_mut(index)?;
        let DeclBody::Let { decl: let_, state } = &mut decl.body else { return None };
        let let_: &'a ast::Let = let_;
        match state {
            LetState::Done { id, ty } => return Some((*id, ty.clone())),
            // The cycle itself is reported by `declaration_cycles`, which sees all of it.
            LetState::Busy | LetState::Failed => return None,
            LetState::Pending => *state = LetState::Busy,
        }
        let name = decl.name.clone();
        let (value, slots) = self.in_decl(index, |this| this.bounded_let(let_));
        let failed = matches!(value.kind, ExprKind::Error);
        let ty = value.ty.clone();
        let id = self.globals.len();
        self.globals.push(Global { name, value, slots });
        let state_now = if failed { LetState::Failed } else { LetState::Done { id, ty: ty.clone() } };
        if let Some(Decl { body: DeclBody::Let { state, .. }, .. }) = self.decls.get_mut(index) {
            *state = state_now;
        }
        (!failed).then_some((id, ty))
    }

    /// The value of a let, unless too many lets are waiting for it already: each costs stack.
    fn bounded_let(&mut self, let_: &'a ast::Let) -> Expr {
        if self.depth >= LET_CHAIN {
            let message = format!("lets name each other more than {LET_CHAIN} deep");
            let d = Diagnostic::error("nested-too-deep", let_.name.span, message);
            return self.error(d.help("write a let after those that it names"));
        }
        self.depth += 1;
        let value = self.let_value(let_);
        self.depth -= 1;
        value
    }

    fn declaration_cycles(&mut self) {
        let edges: Vec<Vec<usize>> = self.decls.iter().map(|d| d.uses.clone()).collect();
        for cycle in super::cycle::cycles(&edges) {
            let nodes: Vec<(String, Span)> =
                cycle.iter().filter_map(|i| self.decls.get(*i)).map(|d| (d.name.clone(), d.span)).collect();
            self.report_cycle(&nodes);
        }
    }

    /// Reports a cycle, node by node.
    pub(super) fn report_cycle(&mut self, nodes: &[(String, Span)]) {
        let Some((first, span)) = nodes.first() else { return };
        let circle = super::cycle::shown(nodes.iter().map(|(n, _)| n.as_str()));
        let mut d = Diagnostic::error("cycle", *span, format!("`{first}` needs itself: {circle}"));
        for (i, (name, span)) in nodes.iter().enumerate().skip(1).take(super::cycle::MOST_SHOWN) {
            let next = nodes.get(i + 1).map_or(first, |(n, _)| n);
            d = d.also(*span, format!("`{name}` needs `{next}`"));
        }
        self.out.push(d.help("break the circle: the language has no recursion"));
    }

    /// Opens a block whose lets see each other in any order.
    pub(super) fn open_scope(&mut self, lets: impl Iterator<Item = &'a ast::Let>) {
        let mut scope = Scope { facts: self.cx.facts.len(), ..Scope::default() };
        let mut twice = vec![];
        for l in lets {
            if let Some(first) = scope.names.get(&l.name.node) {
                twice.push((l.name.clone(), first.span()));
            } else {
                scope.names.insert(l.name.node.clone(), Binding::Pending(l));
            }
        }
        self.cx.scopes.push(scope);
        for (name, first) in twice {
            self.duplicate_name(&name, first);
        }
    }

    /// Closes the innermost block.
    pub(super) fn close_scope(&mut self) {
        self.cx.scopes.pop();
    }

    /// Binds a name in the innermost block to a new slot.
    pub(super) fn bind(&mut self, name: &ast::Name, ty: Ty) -> usize {
        let slot = self.new_slot();
        self.bind_as(name, Binding::Slot { slot, ty, span: name.span });
        slot
    }

    /// Binds a name in the innermost block.
    pub(super) fn bind_as(&mut self, name: &ast::Name, binding: Binding<'a>) {
        let first = self.cx.scopes.last_mut().and_then(|s| s.names.insert(name.node.clone(), binding));
        if let Some(first) = first {
            self.duplicate_name(name, first.span());
        }
    }

    /// A slot that nothing uses yet.
    pub(super) fn new_slot(&mut self) -> usize {
        self.cx.slots += 1;
        self.cx.slots - 1
    }

    /// Checks a let of the innermost block, unless somebody already asked for it, and returns it.
    pub(super) fn take_let(&mut self, name: &str) -> Option<program::Let> {
        let depth = self.cx.scopes.len().checked_sub(1)?;
        self.force(depth, name);
        self.cx.scopes.last_mut()?.lets.remove(name)
    }

    /// Checks a pending let of the scope at `depth`, seeing only what that scope sees.
    fn force(&mut self, depth: usize, name: &str) {
        let Some(scope) = self.cx.scopes.get_mut(depth) else { return };
        let Some(Binding::Pending(let_)) = scope.names.get(name).cloned() else { return };
        scope.names.insert(name.to_owned(), Binding::Broken { span: let_.name.span });
        let facts = self.cx.facts.split_off(scope.facts.min(self.cx.facts.len()));
        let scopes = self.cx.scopes.split_off(depth + 1);
        self.cx.busy.push((name.to_owned(), let_.name.span));
        let in_body = std::mem::take(&mut self.cx.in_body);
        let value = self.bounded_let(let_);
        self.cx.in_body = in_body;
        self.cx.busy.pop();
        self.cx.scopes.extend(scopes);
        self.cx.facts.extend(facts);
        if value.ty.ty == Type::Never && matches!(value.kind, ExprKind::Error) {
            return;
        }
        let slot = self.new_slot();
        self.cx.aliases.note(slot, &value);
        self.cx.lengths.extend(value.length().map(|n| (slot, n)));
        let ty = value.ty.clone();
        let done = program::Let { name: name.to_owned(), slot, value, span: let_.span };
        if let Some(scope) = self.cx.scopes.get_mut(depth) {
            scope.names.insert(name.to_owned(), Binding::Slot { slot, ty, span: let_.name.span });
            scope.lets.insert(name.to_owned(), done);
        }
    }

    /// What a word means here.
    pub(super) fn meaning(&mut self, name: &str, span: Span) -> Meaning {
        for depth in (0..self.cx.scopes.len()).rev() {
            self.force(depth, name);
            match self.cx.scopes.get(depth).and_then(|s| s.names.get(name)).cloned() {
                Some(Binding::Slot { slot, ty, .. }) => {
                    return Meaning::Value(Expr { kind: ExprKind::Slot(slot), ty, span });
                }
                Some(Binding::Handle { name_slot, namespace_slot, name, namespaced, .. }) => {
                    let value =
                        super::expr::handle_value((name_slot, name), namespace_slot, namespaced, span);
                    return Meaning::Value(value);
                }
                Some(Binding::Broken { .. }) => {
                    self.busy_cycle(name);
                    return Meaning::Nothing;
                }
                Some(Binding::Pending(_)) | None => {}
            }
        }
        self.top_meaning(self.cx.module, name, span)
    }

    fn busy_cycle(&mut self, name: &str) {
        if let Some(from) = self.cx.busy.iter().position(|(n, _)| n == name) {
            let nodes: Vec<(String, Span)> = self.cx.busy.iter().skip(from).cloned().collect();
            self.report_cycle(&nodes);
        }
    }

    /// What a word at the top level of a module means; reports if it means nothing.
    pub(super) fn top_meaning(&mut self, module: usize, name: &str, span: Span) -> Meaning {
        match self.modules.get(module).and_then(|m| m.get(name)).copied() {
            Some(TopName::Module(index, _)) => Meaning::Module(index),
            Some(TopName::Decl(index)) => self.decl_meaning(index, span),
            None => {
                self.unknown_name(module, name, span);
                Meaning::Nothing
            }
        }
    }

    fn decl_meaning(&mut self, index: usize, span: Span) -> Meaning {
        if let Some(from) = self.cx.decl
            && let Some(decl) = self.decls.get_mut(from)
        {
            decl.uses.push(index);
        }
        match self.decls.get(index).map(|d| d.body.clone()) {
            Some(DeclBody::Fn { id, .. }) => Meaning::Function(id),
            Some(DeclBody::Let { .. }) => match self.force_global(index) {
                Some((id, ty)) => Meaning::Value(Expr { kind: ExprKind::Global(id), ty, span }),
                None => Meaning::Nothing,
            },
            None => Meaning::Nothing,
        }
    }

    fn unknown_name(&mut self, module: usize, name: &str, span: Span) {
        let mut d = Diagnostic::error("unknown-name", span, format!("there is no `{name}` here"));
        let builtins = super::expr::BUILTINS.iter().copied();
        let scopes = self.cx.scopes.iter().rev().flat_map(|s| s.names.keys());
        let module = self.modules.get(module).into_iter().flat_map(|m| m.keys());
        let known = builtins.chain(scopes.chain(module).map(String::as_str));
        if crate::stdlib::modules().contains(&name) {
            d = d.help(format!("add `use {name}` at the top of the file"));
        } else if let Some(close) = suggest::closest(name, known) {
            d = d.help(format!("did you mean `{close}`?")).fix(span, close);
        } else if name == "null" {
            d = d.help("there is no null: what is absent is left out");
        } else if self.cx.unasked && matches!(name, "self" | "spec") {
            d = d.help("this is the same for every request; name constants and values of the platform");
        }
        self.out.push(d);
    }

    /// Whether a word at the top level of a module names another module.
    pub(super) fn is_module(&self, module: usize, word: &str) -> bool {
        matches!(self.modules.get(module).and_then(|m| m.get(word)), Some(TopName::Module(..)))
    }

    /// The top-level names of a module, for suggestions.
    pub(super) fn names_of(&self, module: usize) -> Vec<String> {
        let decls = |(name, top): (&String, &TopName)| matches!(top, TopName::Decl(_)).then(|| name.clone());
        self.modules.get(module).into_iter().flatten().filter_map(decls).collect()
    }
}

/// An expression that stands for a mistake; it fits everywhere, so that nothing follows from it.
pub(super) fn poison(span: Span) -> Expr {
    Expr { kind: ExprKind::Error, ty: Ty::always(Type::Never), span }
}
