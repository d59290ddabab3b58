//! Calls: built-in functions, functions of the language, scripts and natives.

use std::sync::Arc;

use indexmap::IndexMap;

use super::{COUNT, constant};
use crate::check::checker::{Checker, Meaning, poison};
use crate::check::program::{Builtin, Expr, ExprKind, FunctionBody};
use crate::check::types::{Field, Record, Ty, Type};
use crate::diag::{Diagnostic, suggest, words};
use crate::script::{Script, ScriptErrorKind};
use crate::source::Span;
use crate::syntax::ast;
use crate::value::Value;

impl<'a> Checker<'a> {
    pub(super) fn call(&mut self, callee: &'a ast::Expr, args: &'a [ast::Expr], span: Span) -> Expr {
        let meaning = match &callee.kind {
            ast::ExprKind::Name(name) if self.is_builtin(name) => {
                return self.builtin(name, callee.span, args, span);
            }
            ast::ExprKind::Name(name) => self.meaning(name, callee.span),
            ast::ExprKind::Field { base, name, optional: false } => self.module_function(base, name),
            _ => Meaning::Value(poison(callee.span)),
        };
        match meaning {
            Meaning::Function(id) => self.function_call(id, callee, args, span),
            Meaning::Nothing => {
                args.iter().for_each(|a| drop(self.expr(a, None)));
                poison(span)
            }
            Meaning::Value(_) | Meaning::Module(_) => {
                let text = self.inputs.sources.slice(callee.span).to_owned();
                let d = Diagnostic::error("not-a-function", callee.span, format!("`{text}` is no function"));
                self.error(d.help("only functions are called; they are declared with `fn`"))
            }
        }
    }

    /// Whether a word means the built-in function here: a declaration of the same name wins.
    fn is_builtin(&self, name: &str) -> bool {
        super::BUILTINS.contains(&name)
            && !self.cx.scopes.iter().any(|s| s.names.contains_key(name))
            && !self.names_of(self.cx.module).iter().any(|n| n == name)
    }

    fn module_function(&mut self, base: &'a ast::Expr, name: &'a ast::Name) -> Meaning {
        let ast::ExprKind::Name(word) = &base.kind else { return Meaning::Value(poison(base.span)) };
        match self.quiet_module(word, base.span) {
            Meaning::Module(module) => self.module_member(module, word, name),
            _ if crate::stdlib::modules().contains(&word.as_str()) && !self.is_local(word) => {
                let d = Diagnostic::error("unknown-name", base.span, format!("`{word}` is not in use here"));
                self.out.push(d.help(format!("add `use {word}` at the top of the file")));
                Meaning::Nothing
            }
            _ => Meaning::Value(poison(base.span)),
        }
    }

    fn is_local(&self, word: &str) -> bool {
        self.cx.scopes.iter().any(|s| s.names.contains_key(word))
    }

    fn function_call(&mut self, id: usize, callee: &'a ast::Expr, args: &'a [ast::Expr], span: Span) -> Expr {
        let Some(f) = self.functions.get(id).cloned() else { return poison(span) };
        if args.len() != f.params.len() {
            let text = self.inputs.sources.slice(callee.span).to_owned();
            let takes = words::count(f.params.len(), "argument");
            let d = Diagnostic::error(
                "wrong-arguments",
                span,
                format!("`{text}` takes {takes}, not {}", args.len()),
            );
            args.iter().for_each(|a| drop(self.expr(a, None)));
            return self.error(d.also(f.span, "declared here"));
        }
        let params = f.params.iter().zip(&f.param_spans);
        let args = args.iter().zip(params).map(|(a, (ty, at))| self.value_of(a, ty, Some(*at))).collect();
        Expr { kind: ExprKind::Call { function: id, args }, ty: f.result, span }
    }

    fn builtin(&mut self, name: &str, name_span: Span, args: &'a [ast::Expr], span: Span) -> Expr {
        let wants = if matches!(name, "contains" | "merge") { 2 } else { 1 };
        if args.len() != wants {
            let message = format!("`{name}` takes {}, not {}", words::count(wants, "argument"), args.len());
            args.iter().for_each(|a| drop(self.expr(a, None)));
            return self.error(Diagnostic::error("wrong-arguments", span, message));
        }
        if name == "file" {
            return self.file(args, span);
        }
        let typed: Vec<Expr> = args.iter().map(|a| self.any_value(a)).collect();
        if typed.iter().any(|a| a.ty.ty == Type::Never) {
            return poison(span);
        }
        let types: Vec<Type> = typed.iter().map(|a| a.ty.ty.clone()).collect();
        match builtin_type(name, &types) {
            Ok((Builtin::Merge, ty)) => {
                let ty = Ty::always(self.merged(ty, span));
                Expr { kind: ExprKind::Builtin { builtin: Builtin::Merge, args: typed }, ty, span }
            }
            Ok((builtin, ty)) => {
                Expr { kind: ExprKind::Builtin { builtin, args: typed }, ty: Ty::always(ty), span }
            }
            Err(why) => self.error(Diagnostic::error("wrong-arguments", name_span, why)),
        }
    }

    /// `file("…")`: the text of a file beside the one that says it, read now.
    fn file(&mut self, args: &'a [ast::Expr], span: Span) -> Expr {
        let Some(arg) = args.first() else { return poison(span) };
        let ast::ExprKind::Text(text) = &arg.kind else {
            let d =
                Diagnostic::error("not-constant", arg.span, "`file` takes the name of a file as a constant");
            return self.error(d.help("write `file(\"script.sh\")`"));
        };
        let Some(path) = crate::check::constant::text(text) else {
            let d = Diagnostic::error(
                "not-constant",
                arg.span,
                "`file` takes a constant: it is read when the file is checked",
            );
            return self.error(d.help("remove the `${}`"));
        };
        match self.read_beside(&path) {
            Ok(text) => constant(Value::str(text), Type::STRING, span),
            Err(why) => {
                let d = Diagnostic::error("unreadable-file", arg.span, format!("`{path}` {why}"));
                self.error(d.help("the path is relative to this file and stays within the platform's folder"))
            }
        }
    }

    /// Reads a file whose path is relative to the module at hand.
    fn read_beside(&self, path: &str) -> Result<String, String> {
        let modules = || self.inputs.modules.iter().chain(&self.inputs.promises).chain(&self.inputs.platform);
        let here = modules().nth(self.cx.module).map_or("", |m| m.path.as_str());
        let full = match here.rsplit_once('/') {
            Some((folder, _)) => format!("{folder}/{path}"),
            None => path.to_owned(),
        };
        let full = super::super::paths::normalise(&full).ok_or("leads out of the platform's folder")?;
        self.inputs.loader.read(&full)
    }

    pub(super) fn script(&mut self, decl: &'a ast::Fn, source: &str, span: Span) -> FunctionBody {
        let params: Vec<&str> = decl.params.iter().map(|p| p.name.node.as_str()).collect();
        match Script::compile(source, &params) {
            Ok(script) => FunctionBody::Script { script, span },
            Err(e) => {
                let place = crate::check::script_place(span, source, e.offset);
                let what = if e.kind == ScriptErrorKind::Limit {
                    "this script is too large"
                } else {
                    "this is no rhai"
                };
                self.out.push(Diagnostic::error("script-syntax", place, format!("{what}: {}", e.message)));
                FunctionBody::Error
            }
        }
    }

    pub(super) fn script_file(&mut self, decl: &'a ast::Fn, path: &ast::StrLit) -> FunctionBody {
        match self.read_beside(&path.value) {
            Ok(source) => self.script(decl, &source, path.span),
            Err(why) => {
                let d = Diagnostic::error("unreadable-file", path.span, format!("`{}` {why}", path.value));
                self.out
                    .push(d.help("the path is relative to this file and stays within the platform's folder"));
                FunctionBody::Error
            }
        }
    }

    pub(super) fn native(&mut self, decl: &'a ast::Fn, span: Span) -> FunctionBody {
        let path = self.inputs.modules.get(self.cx.module).map_or("", |m| m.path.as_str());
        let module = path.strip_prefix("stdlib/").and_then(|p| p.strip_suffix(".dsl"));
        match module.and_then(|m| crate::stdlib::native(m, &decl.name.node)) {
            Some(native) => FunctionBody::Native(native),
            None => {
                let d = Diagnostic::error(
                    "misplaced-native",
                    span,
                    "only the standard library has native functions",
                );
                self.out.push(d.help("write `= expression`, or `rhai { … }`"));
                FunctionBody::Error
            }
        }
    }
}

/// Which built-in function it is and the type of its result.
fn builtin_type(name: &str, args: &[Type]) -> Result<(Builtin, Type), String> {
    let object = |t: &Type| matches!(t, Type::Map(_) | Type::Record(_) | Type::Object);
    match (name, args) {
        ("yaml", [_]) => Ok((Builtin::Yaml, Type::STRING)),
        ("json", [_]) => Ok((Builtin::Json, Type::STRING)),
        ("merge", [a, b]) if object(a) && object(b) => Ok((Builtin::Merge, merge_type(a, b)?)),
        ("merge", [a, b]) => Err(format!("`merge` takes two objects, not `{a}` and `{b}`")),
        ("keys", [t]) if object(t) => Ok((Builtin::Keys, Type::list(Type::STRING))),
        ("keys", [t]) => Err(format!("`keys` takes an object, not `{t}`")),
        ("len", [t]) if object(t) || matches!(t.widen(), Type::List(_) | Type::Str(_)) => {
            Ok((Builtin::Len, COUNT))
        }
        ("len", [t]) => Err(format!("`len` takes a list, an object or a text, not `{t}`")),
        ("contains", [Type::List(item), one]) if !item.widen().is_disjoint(&one.widen()) => {
            Ok((Builtin::Contains, Type::Bool))
        }
        ("contains", [a, b]) if matches!((a.widen(), b.widen()), (Type::Str(_), Type::Str(_))) => {
            Ok((Builtin::Contains, Type::Bool))
        }
        ("contains", [a, b]) => {
            Err(format!("`contains` takes a list and an item, or two texts, not `{a}` and `{b}`"))
        }
        ("distinct", [t @ Type::List(_)]) => Ok((Builtin::Distinct, t.clone())),
        ("distinct", [t]) => Err(format!("`distinct` takes a list, not `{t}`")),
        _ => Err(format!(
            "there is no built-in function `{name}`; there is {}",
            suggest::list(&super::BUILTINS)
        )),
    }
}

/// The type of `merge(a, b)`.
fn merge_type(a: &Type, b: &Type) -> Result<Type, String> {
    match (a, b) {
        (Type::Record(a), Type::Record(b)) => {
            let mut fields: IndexMap<Arc<str>, Field> = a.fields.clone();
            for (name, new) in &b.fields {
                let merged = match fields.get(name) {
                    None => new.clone(),
                    Some(old) => merge_field(name, old, new)?,
                };
                fields.insert(Arc::clone(name), merged);
            }
            Ok(Type::Record(Arc::new(Record { fields })))
        }
        (Type::Map(a), Type::Map(b)) => {
            let all = a.join(b).ok_or_else(|| {
                format!("`merge` finds values of `{a}` and of `{b}`, which have no type in common")
            })?;
            Ok(Type::map(all))
        }
        (Type::Record(r), Type::Map(m)) | (Type::Map(m), Type::Record(r)) => {
            let all = r.fields.values().try_fold((**m).clone(), |ty, f| ty.join(&f.ty));
            let all = all.ok_or_else(|| {
                format!(
                    "`merge` finds values of `{m}` and of other types in `{}`",
                    Type::Record(Arc::clone(r))
                )
            })?;
            Ok(Type::map(all))
        }
        _ => Ok(Type::Object),
    }
}

fn merge_field(name: &str, old: &Field, new: &Field) -> Result<Field, String> {
    let objects = |t: &Type| matches!(t, Type::Map(_) | Type::Record(_) | Type::Object);
    let none = |a: &Type, b: &Type| {
        format!(
            "`merge` finds `{name}: {a}` on the left and `{name}: {b}` on the right, which have no type in common"
        )
    };
    let both = match (&old.ty, &new.ty) {
        (a, b) if objects(a) && objects(b) => merge_type(a, b)?,
        (_, b) => b.clone(),
    };
    // What is absent on one side leaves the other as it is.
    let mut ty = both;
    for (maybe, alone) in [(new.optional, &old.ty), (old.optional, &new.ty)] {
        if maybe {
            ty = ty.join(alone).ok_or_else(|| none(&old.ty, &new.ty))?;
        }
    }
    Ok(Field { ty, optional: old.optional && new.optional, span: old.span })
}
