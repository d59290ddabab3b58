//! One change, and what it means for requests that exist.

/// How bad a change is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// Requests that exist are refused, or lose something.
    Error,
    /// They are taken, but may mean something else.
    Warning,
    /// They are taken as before.
    Note,
}

impl Severity {
    /// `error`, `warning` or `note`.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        }
    }
}

/// A change between two definitions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What it is.
    pub kind: Kind,
    /// The version whose schema changed; none for the definition as a whole.
    pub version: Option<String>,
    /// Where: a path in a request (`spec.ports[].name`, `spec.labels.*`), or in the definition.
    pub path: String,
    /// Whether some request is surely hit. If not, it depends on what cannot be compared.
    pub certain: bool,
    /// What was there.
    pub old: String,
    /// What is there now.
    pub new: String,
}

impl Change {
    /// How bad it is.
    pub fn severity(&self) -> Severity {
        self.kind.row().1
    }
}

macro_rules! kinds {
    ($($kind:ident, $name:literal, $severity:ident, $reason:literal, $help:literal;)*) => {
        /// What changed.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Kind { $(#[doc = $reason] $kind,)* }

        impl Kind {
            /// All kinds.
            pub const ALL: &[Kind] = &[$(Kind::$kind,)*];

            fn row(self) -> (&'static str, Severity, &'static str, &'static str) {
                match self { $(Kind::$kind => ($name, Severity::$severity, $reason, $help),)* }
            }
        }
    };
}

kinds! {
    Identity, "identity", Error,
        "a definition with another group, kind, plural or scope is another resource, and requests that exist are left behind",
        "keep it, or install the new one beside the old and move the requests";
    Names, "names", Error,
        "Kratix refuses any change of `spec.names` of a promise that is installed",
        "keep the names";
    RemovedVersion, "removed-version", Error,
        "requests that are written in this version are refused",
        "serve the version until no request uses it";
    RemovedField, "removed-field", Error,
        "the API server drops the field from every request that has it, without a word",
        "keep the field, optional, until no request has it";
    RequiredField, "required-field", Error,
        "requests that leave the field out are refused",
        "make it optional, or give it a default";
    Type, "type", Error,
        "requests with a value of the old type are refused, or lose it",
        "add a field with another name, and keep this one until no request has it";
    Nullable, "nullable", Error,
        "requests with `null` there are refused, or get another value",
        "keep it nullable";
    Values, "values", Error,
        "requests with a value that is no longer among those allowed are refused",
        "keep the values until no request has them";
    Range, "range", Error,
        "requests with a value outside the new bounds are refused",
        "keep the wider bounds";
    Length, "length", Error,
        "requests with a value outside the new length are refused",
        "keep the wider length";
    Pattern, "pattern", Error,
        "it cannot be told whether every text that matched the old pattern matches the new one",
        "keep the pattern, or make sure that the new one matches all that the old one did";
    Format, "format", Error,
        "the API server checks some formats, and requests whose value has it not are refused",
        "keep the format as it was";
    Unique, "unique", Error,
        "requests with two like items in the list are refused",
        "keep the kind of list as it was";
    Rule, "rule", Error,
        "requests for which the new rule does not hold are refused",
        "leave the check to vow (`check` without `in schema`), or make sure that every request passes it";
    Logic, "logic", Error,
        "`allOf`, `anyOf`, `oneOf` and `not` are not compared, and the new ones may refuse what the old ones took",
        "keep them as they were, or look at every request";
    Default, "default", Warning,
        "requests that exist keep the default that they were stored with; those that leave the field out get the new one",
        "write the old value into the requests that rely on it";
    RemovedDefault, "removed-default", Warning,
        "requests that leave the field out have no value there any more",
        "keep the default";
    NotCompared, "not-compared", Warning,
        "this part of the schema is not compared",
        "look at it by hand";
    AddedDefault, "added-default", Note,
        "requests that leave the field out get the default",
        "nothing needs to be done";
    AddedField, "added-field", Note,
        "no request has the field yet, and none needs it",
        "nothing needs to be done";
    Wider, "wider", Note,
        "all that was taken is taken still, and more",
        "nothing needs to be done";
    AddedVersion, "added-version", Note,
        "requests that exist keep their version",
        "nothing needs to be done";
    Column, "column", Note,
        "only what `kubectl get` shows is another",
        "nothing needs to be done";
}

impl Kind {
    /// Its name, in kebab-case.
    pub fn name(self) -> &'static str {
        self.row().0
    }

    /// What it does to requests that exist, as a sentence.
    pub fn reason(self) -> &'static str {
        self.row().2
    }

    /// What to do.
    pub fn help(self) -> &'static str {
        self.row().3
    }
}

/// The changes that were found, and where the comparison stands.
#[derive(Debug, Default)]
pub(super) struct Changes {
    pub(super) all: Vec<Change>,
    pub(super) version: Option<String>,
    pub(super) path: Vec<String>,
}

impl Changes {
    /// Notes a change at the path.
    pub(super) fn add(&mut self, kind: Kind, old: impl Into<String>, new: impl Into<String>) {
        self.note(kind, true, old.into(), new.into());
    }

    /// Notes a change that may break a request or none.
    pub(super) fn may(&mut self, kind: Kind, old: impl Into<String>, new: impl Into<String>) {
        self.note(kind, false, old.into(), new.into());
    }

    fn note(&mut self, kind: Kind, certain: bool, old: String, new: String) {
        let (version, path) = (self.version.clone(), self.path.concat());
        let path = if path.is_empty() { ".".into() } else { path };
        self.all.push(Change { kind, version, path, certain, old, new });
    }

    /// Compares what lies one step below.
    pub(super) fn below(&mut self, step: impl Into<String>, compare: impl FnOnce(&mut Self)) {
        self.path.push(step.into());
        compare(self);
        self.path.pop();
    }

    /// Compares the field `name`.
    pub(super) fn field(&mut self, name: &str, compare: impl FnOnce(&mut Self)) {
        let dot = if self.path.is_empty() { "" } else { "." };
        self.below(format!("{dot}{name}"), compare);
    }
}
