//! Reads the source of `k8s-openapi`: kinds and schemas.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::Path;

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use serde_json::{Map, Value};
use syn::{Expr, ImplItem, Item, ItemImpl, Lit, Stmt, Type};

/// What the crate tells about one release.
#[derive(Default)]
pub struct Api {
    /// The kinds.
    pub kinds: Vec<Kind>,
    /// The schemas by the path of their type in the crate, such as `api::core::v1::EnvVar`.
    pub schemas: BTreeMap<String, Schema>,
}

/// A kind that objects can be of.
pub struct Kind {
    pub group: String,
    pub version: String,
    pub kind: String,
    pub plural: String,
    pub namespaced: bool,
    /// The path of its type in the crate.
    pub path: String,
}

/// A definition.
pub struct Schema {
    /// Such as `io.k8s.api.core.v1.EnvVar`.
    pub name: String,
    /// The JSON schema; a reference is `{"$ref": path of the type}`.
    pub json: Value,
}

/// Adds what the files of `folder` and below tell.
pub fn folder(folder: &Path, api: &mut Api) -> Result<(), Box<dyn Error>> {
    let mut paths: Vec<_> = fs::read_dir(folder)?.map(|e| e.map(|e| e.path())).collect::<Result<_, _>>()?;
    paths.sort();
    for path in paths {
        if path.is_dir() {
            self::folder(&path, api)?;
        } else {
            let text = fs::read_to_string(&path)?;
            file(&text, &path, api).map_err(|e| format!("{}: {e}", path.display()))?;
        }
    }
    Ok(())
}

fn file(text: &str, path: &Path, api: &mut Api) -> Result<(), Box<dyn Error>> {
    for item in syn::parse_file(text)?.items {
        let Item::Impl(item) = item else { continue };
        let Some(of) = item.trait_.as_ref().and_then(|(_, path, _)| path.segments.last()) else { continue };
        // A generic `impl` is the list of a kind, which nobody writes into a repository.
        if !item.generics.params.is_empty() {
            continue;
        }
        let place = type_path(path, &item.self_ty)?;
        match of.ident.to_string().as_str() {
            "Resource" => api.kinds.extend(kind(&item, place)?),
            "JsonSchema" => {
                api.schemas.insert(place, schema(&item)?);
            }
            _ => {}
        }
    }
    Ok(())
}

/// The path of a type as other files refer to it: the folders of its file, then its name.
fn type_path(file: &Path, ty: &Type) -> Result<String, Box<dyn Error>> {
    let Type::Path(ty) = ty else { return Err("not a plain type".into()) };
    let name = ty.path.segments.last().ok_or("no name")?.ident.to_string();
    let folders = file.parent().into_iter().flat_map(Path::iter).map(|f| f.to_string_lossy().into_owned());
    let mut path: Vec<String> = folders.skip_while(|f| f != super::RELEASE).skip(1).collect();
    path.push(name);
    Ok(path.join("::"))
}

/// The kind, unless its objects are only parts of others.
fn kind(item: &ItemImpl, path: String) -> Result<Option<Kind>, Box<dyn Error>> {
    let scope = item.items.iter().find_map(|i| match i {
        ImplItem::Type(t) if t.ident == "Scope" => match &t.ty {
            Type::Path(p) => p.path.segments.last().map(|s| s.ident.to_string()),
            _ => None,
        },
        _ => None,
    });
    let namespaced = match scope.as_deref() {
        Some("NamespaceResourceScope") => true,
        Some("ClusterResourceScope") => false,
        Some("SubResourceScope") => return Ok(None),
        other => return Err(format!("unknown scope {other:?}").into()),
    };
    let text = |name: &str| {
        let found = item.items.iter().find_map(|i| match i {
            ImplItem::Const(c) if c.ident == name => string(&c.expr),
            _ => None,
        });
        found.ok_or(format!("no constant {name}"))
    };
    Ok(Some(Kind {
        group: text("GROUP")?,
        version: text("VERSION")?,
        kind: text("KIND")?,
        plural: text("URL_PATH_SEGMENT")?,
        namespaced,
        path,
    }))
}

fn string(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Lit(lit) => match &lit.lit {
            Lit::Str(s) => Some(s.value()),
            _ => None,
        },
        Expr::MethodCall(call) if call.method == "into" => string(&call.receiver),
        _ => None,
    }
}

/// The name and the JSON of `fn schema_name() { "…".into() }` and `fn json_schema(…) { json_schema!({ … }) }`.
fn schema(item: &ItemImpl) -> Result<Schema, Box<dyn Error>> {
    let body = |name: &str| {
        let found = item.items.iter().find_map(|i| match i {
            ImplItem::Fn(f) if f.sig.ident == name => f.block.stmts.first(),
            _ => None,
        });
        found.ok_or(format!("no fn {name}"))
    };
    let name = match body("schema_name")? {
        Stmt::Expr(expr, None) => string(expr).ok_or("a name that is no text")?,
        _ => return Err("a name that is no expression".into()),
    };
    let tokens = match body("json_schema")? {
        Stmt::Expr(Expr::Macro(m), None) => m.mac.tokens.clone(),
        Stmt::Macro(m) => m.mac.tokens.clone(),
        _ => return Err("a schema that is no `json_schema!`".into()),
    };
    Ok(Schema { name, json: json(tokens)? })
}

/// JSON with references in it, as the macro reads it.
fn json(tokens: TokenStream) -> Result<Value, Box<dyn Error>> {
    let trees: Vec<TokenTree> = tokens.into_iter().collect();
    match trees.as_slice() {
        [TokenTree::Group(g)] if g.delimiter() == Delimiter::Brace => {
            let mut map = Map::new();
            for entry in split(g.stream()) {
                let [key, colon, value @ ..] = entry.as_slice() else { return Err("a short entry".into()) };
                if colon.to_string() != ":" {
                    return Err("no colon".into());
                }
                let key = syn::parse_str::<syn::LitStr>(&key.to_string())?.value();
                map.insert(key, json(value.iter().cloned().collect())?);
            }
            Ok(Value::Object(map))
        }
        [TokenTree::Group(g)] if g.delimiter() == Delimiter::Bracket => {
            let items = split(g.stream()).into_iter().map(|item| json(item.into_iter().collect()));
            Ok(Value::Array(items.collect::<Result<_, _>>()?))
        }
        [TokenTree::Ident(word)] if word == "true" => Ok(Value::Bool(true)),
        [TokenTree::Literal(text)] => {
            Ok(Value::String(syn::parse_str::<syn::LitStr>(&text.to_string())?.value()))
        }
        _ => reference(trees.into_iter().collect()),
    }
}

/// The parts between commas.
fn split(tokens: TokenStream) -> Vec<Vec<TokenTree>> {
    let mut parts = vec![vec![]];
    for tree in tokens {
        match (&tree, parts.last_mut()) {
            (TokenTree::Punct(p), _) if p.as_char() == ',' => parts.push(vec![]),
            (_, Some(part)) => part.push(tree),
            (_, None) => {}
        }
    }
    parts.retain(|p| !p.is_empty());
    parts
}

/// Rust code that asks the generator for the schema of another type.
fn reference(tokens: TokenStream) -> Result<Value, Box<dyn Error>> {
    let code: String = tokens.to_string().split_whitespace().collect();
    let (_, rest) = code.split_once("subschema_for::<crate::").ok_or(format!("cannot read {code:.80}"))?;
    let (path, _) = rest.split_once(">()").ok_or("no end of a reference")?;
    Ok(Value::Object(Map::from_iter([("$ref".into(), Value::String(path.into()))])))
}
