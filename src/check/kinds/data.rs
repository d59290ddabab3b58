//! The kinds and schemas that vow brings along: the files `stdlib/*.kinds`.
//!
//! A file is lines; `#` starts a comment.
//! - `kubernetes 1.37` names the release that is described.
//! - `kind apps/v1/Deployment deployments namespaced apps/v1.Deployment` is a kind, its plural, its scope
//!   (`namespaced` or `cluster`) and the definition of its objects. What follows is why not to use it any more.
//! - `def core/v1.EnvVar` starts a definition; `def NAME open` one whose objects may have more fields than are told.
//! - ` name! string` is a field of the definition above; `!` says that it is required.
//!
//! Types are `string`, `int`, `int32`, `number`, `bool`, `intstr` (integer or text), `quantity`, `time`, `bytes`
//! (base64), `object` (free-form), `any`, `[T]`, `{T}` (a map), `@core/v1.EnvVar` (a definition), `"a"|"b"` (one of
//! these texts) and `T|U` (told apart by their kind of value).
//!
//! The files are indexed when the first kind is asked for; a definition is parsed when it is first looked into.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, LazyLock, OnceLock};

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use super::schema::{Field, Object, Schema};
use super::{Kind, Origin};
use crate::check::types::{Lit, Type};

const FILES: [(Origin, &str); 4] = [
    (Origin::Builtin, include_str!("../../../stdlib/kubernetes.kinds")),
    (Origin::Standard, include_str!("../../../stdlib/argo-cd.kinds")),
    (Origin::Standard, include_str!("../../../stdlib/external-secrets.kinds")),
    (Origin::Standard, include_str!("../../../stdlib/kratix.kinds")),
];

/// A definition that schemas share, such as `core/v1.EnvVar`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
pub struct DefId(u16);

struct Definition {
    name: &'static str,
    open: bool,
    lines: &'static str,
    object: OnceLock<Arc<Object>>,
}

/// The release of Kubernetes whose kinds are built in, such as `1.37`.
pub fn kubernetes_release() -> &'static str {
    let lines = FILES.iter().flat_map(|(_, text)| text.lines());
    lines.filter_map(|l| l.strip_prefix("kubernetes ")).next().unwrap_or_default()
}

/// A kind of the files; its line is read when it is first asked for.
pub(super) struct Declared {
    key: (&'static str, &'static str, &'static str),
    origin: Origin,
    line: &'static str,
    kind: OnceLock<Option<Kind>>,
}

impl Declared {
    /// The kind of that group, version and name.
    pub(super) fn lookup(group: &str, version: &str, kind: &str) -> Option<&'static Kind> {
        let all = Declared::all();
        all.binary_search_by(|k| k.key.cmp(&(group, version, kind))).ok().and_then(|at| all.get(at)?.kind())
    }

    /// All of them, sorted by group, version and kind.
    pub(super) fn all() -> &'static [Declared] {
        static ALL: LazyLock<Vec<Declared>> = LazyLock::new(|| {
            let lines = FILES.iter().flat_map(|(origin, text)| {
                text.split("\nkind ").skip(1).filter_map(|rest| Some((*origin, rest.lines().next()?)))
            });
            let declared = |(origin, line): (Origin, &'static str)| {
                let key = key(line.split(' ').next()?)?;
                Some(Declared { key, origin, line, kind: OnceLock::new() })
            };
            let mut all: Vec<Declared> = lines.filter_map(declared).collect();
            all.sort_unstable_by_key(|k| k.key);
            all
        });
        &ALL
    }

    pub(super) fn kind(&self) -> Option<&Kind> {
        self.kind.get_or_init(|| kind(self.origin, self.line)).as_ref()
    }
}

impl DefId {
    /// The definition of that name: short (`rbac/v1.PolicyRule`), with the whole group
    /// (`rbac.authorization.k8s.io/v1.PolicyRule`) or as Kubernetes has it (`io.k8s.api.rbac.v1.PolicyRule`).
    pub fn named(name: &str) -> Option<DefId> {
        let at = find(name).or_else(|| find(&short_name(name)?))?;
        u16::try_from(at).ok().map(DefId)
    }

    /// The names of all definitions, sorted.
    pub fn names() -> impl Iterator<Item = &'static str> {
        definitions().iter().map(|d| d.name)
    }

    /// Its short name.
    pub fn name(self) -> &'static str {
        self.definition().map_or("", |d| d.name)
    }

    /// What it defines.
    pub fn object(self) -> Arc<Object> {
        let Some(definition) = self.definition() else { return Arc::default() };
        Arc::clone(definition.object.get_or_init(|| Arc::new(definition.parse())))
    }

    fn definition(self) -> Option<&'static Definition> {
        definitions().get(usize::from(self.0))
    }
}

fn find(name: &str) -> Option<usize> {
    definitions().binary_search_by(|d| d.name.cmp(name)).ok()
}

/// The short name for a long one.
fn short_name(name: &str) -> Option<String> {
    if let Some((group, rest)) = name.split_once('/') {
        let lines = FILES.iter().flat_map(|(_, text)| text.lines());
        let mut kinds = lines.filter_map(|l| l.strip_prefix("kind ")?.strip_prefix(group)?.strip_prefix('/'));
        let package = kinds.find_map(|l| l.split(' ').nth(3)?.split_once('/'))?.0;
        return Some(format!("{package}/{rest}"));
    }
    let mut parts = name.strip_prefix("io.k8s.")?.rsplitn(4, '.');
    let (kind, version, package) = (parts.next()?, parts.next()?, parts.next()?);
    Some(format!("{package}/{version}.{kind}"))
}

impl fmt::Debug for DefId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "@{}", self.name())
    }
}

impl Definition {
    fn parse(&self) -> Object {
        let field = |line: &str| {
            let (name, ty) = line.trim().split_once(' ')?;
            let (name, required) = name.strip_suffix('!').map_or((name, false), |name| (name, true));
            Some((Arc::from(name), Field { schema: schema(ty)?, required }))
        };
        Object { fields: self.lines.lines().filter_map(field).collect::<IndexMap<_, _>>(), open: self.open }
    }
}

fn definitions() -> &'static [Definition] {
    static ALL: LazyLock<Vec<Definition>> = LazyLock::new(|| {
        let mut all: Vec<Definition> =
            FILES.iter().flat_map(|(_, text)| text.split("\ndef ").skip(1)).map(definition).collect();
        all.sort_by_key(|d| d.name);
        all
    });
    &ALL
}

fn definition(text: &'static str) -> Definition {
    let (head, lines) = text.split_once('\n').unwrap_or((text, ""));
    let (name, open) = head.strip_suffix(" open").map_or((head, false), |name| (name, true));
    Definition { name, open, lines, object: OnceLock::new() }
}

/// Group, version and kind of `apps/v1/Deployment` or `v1/Pod`.
fn key(word: &str) -> Option<(&str, &str, &str)> {
    let (api_version, kind) = word.rsplit_once('/')?;
    let (group, version) = api_version.rsplit_once('/').unwrap_or(("", api_version));
    Some((group, version, kind))
}

fn kind(origin: Origin, line: &'static str) -> Option<Kind> {
    let mut words = line.splitn(5, ' ');
    let (group, version, kind) = key(words.next()?)?;
    Some(Kind {
        group: group.into(),
        version: version.into(),
        kind: kind.into(),
        plural: words.next()?.into(),
        namespaced: words.next()? == "namespaced",
        origin,
        schema: Schema::Ref(DefId::named(words.next()?)?),
        deprecated: words.next().map(Arc::from),
    })
}

fn schema(text: &str) -> Option<Schema> {
    if let Some(name) = text.strip_prefix('@')
        && !name.contains('|')
    {
        return DefId::named(name).map(Schema::Ref);
    }
    let within = |open, close| text.strip_prefix(open).and_then(|t: &str| t.strip_suffix(close));
    if let Some(item) = within('[', ']') {
        return schema(item).map(|s| Schema::List(Arc::new(s)));
    }
    if let Some(value) = within('{', '}') {
        return schema(value).map(|s| Schema::Map(Arc::new(s)));
    }
    if text.starts_with('"') {
        let word = |t: &str| Some(Lit::Str(t.strip_prefix('"')?.strip_suffix('"')?.into()));
        return text
            .split('|')
            .map(word)
            .collect::<Option<BTreeSet<Lit>>>()
            .map(|s| Schema::Scalar(Type::Literals(s)));
    }
    if text.contains('|') {
        return text.split('|').map(schema).collect::<Option<Vec<_>>>().map(|s| Schema::Either(s.into()));
    }
    word(text)
}

fn word(text: &str) -> Option<Schema> {
    Some(match text {
        "string" => Schema::Scalar(Type::STRING),
        "int" => Schema::Scalar(Type::INT),
        "int32" => Schema::int32(),
        "number" => Schema::Scalar(Type::Number),
        "bool" => Schema::Scalar(Type::Bool),
        "intstr" => Schema::Scalar(Type::IntOrString),
        "quantity" => Schema::Quantity,
        "time" => Schema::Time,
        "bytes" => Schema::Bytes,
        "object" => Schema::free_form(),
        "any" => Schema::Any,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A line that cannot be read is left out, so the numbers must be those of the lines.
    #[test]
    fn every_line_of_the_files_is_understood() {
        let lines = |prefix: &str| -> usize {
            FILES.iter().map(|(_, text)| text.lines().filter(|l| l.starts_with(prefix)).count()).sum()
        };
        assert_eq!(Declared::all().iter().filter_map(Declared::kind).count(), lines("kind "));
        assert_eq!(definitions().len(), lines("def "));
        let fields = |d: &Definition| (d.name, d.lines.lines().take_while(|l| l.starts_with(' ')).count());
        for definition in definitions() {
            assert_eq!((definition.name, definition.parse().fields.len()), fields(definition));
        }
        let total: usize = definitions().iter().map(|d| d.parse().fields.len()).sum();
        assert_eq!(total, lines(" "));
    }

    #[test]
    fn names_are_unique() {
        assert!(definitions().is_sorted_by(|a, b| a.name < b.name));
        assert!(Declared::all().is_sorted_by(|a, b| a.key < b.key));
    }

    #[test]
    fn a_definition_has_a_short_name_and_long_ones() {
        let short = DefId::named("core/v1.EnvVar");
        assert!(short.is_some());
        assert_eq!(short, DefId::named("io.k8s.api.core.v1.EnvVar"));
        assert_eq!(
            DefId::named("meta/v1.ObjectMeta"),
            DefId::named("io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta")
        );
        let rule = DefId::named("rbac/v1.PolicyRule");
        assert!(rule.is_some());
        assert_eq!(rule, DefId::named("rbac.authorization.k8s.io/v1.PolicyRule"));
        for unknown in ["core/v1.EnvVars", "rbac.authorization.k8s.io/v1", "", "/", "io.k8s.", "x/v1.EnvVar"]
        {
            assert_eq!(DefId::named(unknown), None);
        }
    }
}
