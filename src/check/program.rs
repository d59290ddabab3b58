//! The typed program: what [`super::check`] makes of the trees. Names are resolved to slots and ids, every expression
//! has its type, and nothing of the syntax is left but places.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::api::Api;
use super::attached::Attached;
use super::kinds::{Kinds, Schema};
pub use super::rule::typed::{Demand, Holds, IT, Rule, RuleBlock, RuleStep, Target, Verb};
use super::types::{Lit, Ty, Type};
use super::workflow::{Deletion, Dependency, Destination, OutputFile, Pipeline, Status};
use crate::script::Script;
use crate::source::Span;
use crate::stdlib::Native;
pub use crate::syntax::ast::{BinaryOp, Gvk};
use crate::value::Value;
use crate::wire::Later;

/// A checked platform, or a single checked promise.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct Program {
    /// What the platform declares.
    pub platform: Platform,
    /// The kinds that are known.
    pub kinds: Kinds,
    /// The promises, in order of their names.
    pub promises: Vec<Promise>,
    /// The rules of the platform and its promises, those that hold for all first.
    pub rules: Vec<Rule>,
    /// The tests of modules: the module, without its ending, and its tests.
    pub tests: Later<Vec<(String, Vec<Test>)>>,
    /// The functions, by id.
    pub functions: Vec<Function>,
    /// Module-level lets and platform values, by id.
    pub globals: Vec<Global>,
}

impl Program {
    /// The promise of that name.
    pub fn promise(&self, name: &str) -> Option<&Promise> {
        self.promises.iter().find(|p| p.name == name)
    }

    /// The promise that serves requests of this group and kind.
    pub fn serving(&self, group: &str, kind: &str) -> Option<&Promise> {
        self.promises.iter().find(|p| p.api.as_ref().is_some_and(|a| a.group == group && a.kind == kind))
    }
}

/// What `promises.dsl` declares.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct Platform {
    /// Its name; empty without a platform.
    pub name: String,
    /// The PodSecurity level of namespaces.
    pub pod_security: PodSecurity,
    /// Namespaces that are declared to need host access, and why.
    pub host_access: BTreeMap<String, String>,
    /// The schemas that are attached to parts of kinds.
    pub attached: Vec<Arc<Attached>>,
    /// Secret stores by name.
    pub secret_stores: BTreeMap<String, SecretStore>,
    /// The image in which pipelines run, and where it is declared.
    pub pipeline_image: Option<(String, Span)>,
    /// What a pipeline does with a request that it refuses.
    pub on_bad_input: OnBadInput,
    /// The state repository, if one is declared.
    pub state: Option<super::state::State>,
}

/// What a pipeline does with a request that it refuses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub enum OnBadInput {
    /// Suspends the workflow with the message, until the request changes.
    #[default]
    Suspend,
    /// Fails, so that Kratix tries again.
    Fail,
}

/// A PodSecurity level.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub enum PodSecurity {
    /// Anything.
    Privileged,
    /// No known privilege escalations.
    #[default]
    Baseline,
    /// Hardened.
    Restricted,
}

impl PodSecurity {
    /// The value of the labels.
    pub fn label(self) -> &'static str {
        match self {
            PodSecurity::Privileged => "privileged",
            PodSecurity::Baseline => "baseline",
            PodSecurity::Restricted => "restricted",
        }
    }
}

/// A secret store that ExternalSecrets may name.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct SecretStore {
    /// `ClusterSecretStore` or `SecretStore`.
    pub kind: String,
    /// Such as `onepassword`.
    pub provider: String,
    /// Where it is declared.
    pub span: Span,
}

/// A checked promise.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Promise {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: Option<String>,
    /// Its doc comment.
    pub docs: Option<String>,
    /// Where it is declared: its name.
    pub span: Span,
    /// Its api; a promise may have none.
    pub api: Option<Api>,
    /// Whether it is only known by its CRD, so that nothing can be rendered for its requests.
    pub foreign: bool,
    /// How many slots an evaluation needs.
    pub slots: usize,
    /// What it does.
    pub steps: Later<Vec<Step>>,
    /// The pipelines that a request starts, in order; at least one, unless it has no api. One of them renders.
    pub pipelines: Later<Vec<Pipeline>>,
    /// Where its output goes; anywhere, if it does not say.
    pub destination: Later<Option<Destination>>,
    /// What the status of a request tells.
    pub status: Later<Option<Status>>,
    /// What is done when a request is deleted.
    pub deletion: Later<Option<Deletion>>,
    /// What is installed with the promise itself.
    pub dependencies: Later<Vec<Dependency>>,
    /// Forms that are checked but that nothing compiles yet: what, and where.
    #[serde(skip)] // Told when the files are checked, and never asked for again.
    pub not_yet_built: Vec<(&'static str, Span)>,
    /// Its tests.
    pub tests: Later<Vec<Test>>,
}

/// The slot of `self`: `{ metadata: { name, namespace, labels, annotations }, spec }`.
pub const SELF: usize = 0;
/// The slot of `spec`.
pub const SPEC: usize = 1;

/// One thing a promise does.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub enum Step {
    /// Computes a value.
    Let(Let),
    /// Refuses unless a condition holds.
    Check(Check),
    /// Renders an object.
    Resource(Box<Resource>),
    /// Renders a request of another promise.
    Request(Box<Request>),
    /// Writes a file that is no Kubernetes object.
    File(Box<OutputFile>),
    /// Steps under a condition.
    When {
        /// The condition.
        condition: Condition,
        /// The steps.
        steps: Vec<Step>,
        /// The whole form.
        span: Span,
    },
    /// Steps for each of many.
    For {
        /// What is walked.
        walk: Walk,
        /// The steps.
        steps: Vec<Step>,
        /// The whole form.
        span: Span,
    },
}

/// `let x = e`.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Let {
    /// The name.
    pub name: String,
    /// The slot it fills.
    pub slot: usize,
    /// The value.
    pub value: Expr,
    /// The whole form.
    pub span: Span,
}

/// `check C else "…"`.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Check {
    /// What must hold.
    pub condition: Expr,
    /// Whether it is written into the definition too.
    pub in_schema: bool,
    /// What is said otherwise.
    pub message: Expr,
    /// The whole form.
    pub span: Span,
}

/// A condition.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub enum Condition {
    /// A Bool.
    Expr(Expr),
    /// `let x = optional`: holds if it is there, and fills a slot.
    Let {
        /// The slot.
        slot: usize,
        /// The optional.
        value: Expr,
    },
}

/// `for k, v in e`.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Walk {
    /// The slot of the key.
    pub key: Option<usize>,
    /// The slot of the item.
    pub item: usize,
    /// A list, or a map in key order.
    pub over: Expr,
}

/// An object.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Resource {
    /// The handle, and the slots of its `metadata.name` and `metadata.namespace`.
    pub handle: Option<Handle>,
    /// What it is.
    pub gvk: Gvk,
    /// What its kind allows.
    pub schema: Option<Schema>,
    /// `metadata.name`.
    pub name: Expr,
    /// `metadata.namespace`; `None` for what is cluster-scoped.
    pub namespace: Option<Expr>,
    /// The rest of the object.
    pub body: Vec<Entry>,
    /// The whole form.
    pub span: Span,
}

/// A name for a rendered object.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Handle {
    /// The name.
    pub name: String,
    /// The slot that holds the object's `metadata.name`.
    pub name_slot: usize,
    /// The slot that holds the object's `metadata.namespace`.
    pub namespace_slot: usize,
}

/// A request of another promise.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Request {
    /// The handle.
    pub handle: Option<Handle>,
    /// The promise that serves it.
    pub promise: String,
    /// `metadata.name`.
    pub name: Expr,
    /// `labels` and `annotations`.
    pub with: Vec<Entry>,
    /// The `spec`.
    pub body: Expr,
    /// The whole form.
    pub span: Span,
}

/// A typed expression.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Its type.
    pub ty: Ty,
    /// Where it was written.
    pub span: Span,
}

/// The forms of a typed expression. A form whose parts are absent is absent, unless it says otherwise.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub enum ExprKind {
    /// A mistake that was reported.
    Error,
    /// A constant.
    Const(Value),
    /// A slot of the frame.
    Slot(usize),
    /// A module-level let or a platform value.
    Global(usize),
    /// A field of a record.
    Field {
        /// The record.
        base: Box<Expr>,
        /// The field.
        name: Arc<str>,
    },
    /// A value of a map or an item of a list; absent if there is none.
    Index {
        /// The map or list.
        base: Box<Expr>,
        /// The key or position.
        index: Box<Expr>,
    },
    /// A function of the language.
    Call {
        /// Its id.
        function: usize,
        /// The arguments.
        args: Vec<Expr>,
    },
    /// A built-in function.
    Builtin {
        /// Which.
        builtin: Builtin,
        /// The arguments.
        args: Vec<Expr>,
    },
    /// Whether a value is there.
    Present(Box<Expr>),
    /// Negation.
    Not(Box<Expr>),
    /// A binary operator; `&&`, `||` and `??` evaluate the right only if they must.
    Binary {
        /// The operator.
        op: BinaryOp,
        /// The left.
        left: Box<Expr>,
        /// The right.
        right: Box<Expr>,
    },
    /// A choice; absent if the condition fails and there is no `else`.
    If {
        /// The condition.
        condition: Box<Expr>,
        /// If it holds.
        then: Box<Expr>,
        /// If not.
        otherwise: Option<Box<Expr>>,
    },
    /// A choice by literals.
    Match {
        /// What is matched.
        subject: Box<Expr>,
        /// The arms.
        arms: Vec<Arm>,
    },
    /// An object.
    Object(Vec<Entry>),
    /// A list.
    List(Vec<Item>),
    /// A text in pieces.
    Text(Vec<Part>),
    /// A check that a value is of a type.
    Cast {
        /// The value.
        value: Box<Expr>,
        /// The type.
        to: Type,
        /// What is said if not.
        message: Option<Box<Expr>>,
    },
}

/// An arm of a match.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Arm {
    /// The literals; empty for `_`.
    pub patterns: Vec<Lit>,
    /// The value.
    pub value: Expr,
}

/// A built-in function: one whose type depends on its arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub enum Builtin {
    /// A value as YAML text.
    Yaml,
    /// A value as JSON text.
    Json,
    /// Two objects, the right one winning.
    Merge,
    /// The keys of an object, in its order.
    Keys,
    /// The number of items, keys or characters.
    Len,
    /// Whether a list holds an item, or a text a part.
    Contains,
    /// A list without repeats.
    Distinct,
}

/// An entry of an object.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub enum Entry {
    /// `a.b: value`; left out if the value is absent.
    Field {
        /// At least one key.
        path: Vec<Arc<str>>,
        /// Where the key was written.
        key_span: Span,
        /// The value.
        value: Expr,
    },
    /// `[key]: value`.
    Computed {
        /// The key.
        key: Expr,
        /// The value.
        value: Expr,
    },
    /// Entries under a condition.
    When {
        /// The condition.
        condition: Condition,
        /// The entries.
        entries: Vec<Entry>,
    },
    /// Entries for each of many.
    For {
        /// What is walked.
        walk: Walk,
        /// The entries.
        entries: Vec<Entry>,
    },
}

/// An item of a list.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub enum Item {
    /// One value; left out if absent.
    Expr(Expr),
    /// All items of a list.
    Spread(Expr),
    /// An item under a condition.
    When(Condition, Box<Item>),
    /// Items for each of many.
    For(Walk, Box<Item>),
}

/// A piece of a text.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub enum Part {
    /// Plain text.
    Str(Arc<str>),
    /// A scalar, as text.
    Expr(Expr),
}

/// A function of the language.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Function {
    /// As it is called: `corefile` or `net.host`.
    pub name: String,
    /// Its parameters' types; their slots are `0..params.len()`.
    pub params: Vec<Type>,
    /// Where they are declared.
    pub param_spans: Vec<Span>,
    /// The type of its result.
    pub result: Ty,
    /// How it is computed.
    pub body: Later<FunctionBody>,
    /// Where it is declared: its name.
    pub span: Span,
}

/// How a function is computed.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub enum FunctionBody {
    /// An expression over its parameters.
    Expr {
        /// The expression.
        value: Expr,
        /// How many slots it needs.
        slots: usize,
    },
    /// A script.
    Script {
        /// Compiled.
        script: Script,
        /// Where its source begins.
        span: Span,
    },
    /// A native function.
    Native(Native),
    /// Its body holds a mistake that was reported.
    #[default]
    Error,
}

/// A module-level let or a platform value.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Global {
    /// As it is written: `common.ports` or `platform.baseDomain`.
    pub name: String,
    /// Its value, of constants, functions and other globals.
    pub value: Expr,
    /// How many slots it needs.
    pub slots: usize,
}

/// A test in a promise.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Test {
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub span: Span,
    /// What it does.
    pub body: TestBody,
}

/// What a test does.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub enum TestBody {
    /// Folders with `request.yaml` beside `expected/*.yaml`.
    From {
        /// The glob, relative to the promise's folder.
        glob: String,
        /// Where it stands.
        span: Span,
    },
    /// One request and what is expected of it.
    Given(Box<Given>),
    /// Objects, and what the rules of the file are expected to say of them.
    Objects(ObjectsGiven),
}

/// Objects, and what the rules of the file are expected to say of them.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct ObjectsGiven {
    /// The objects, each by itself and all together.
    pub objects: Vec<Resource>,
    /// How many slots its expressions need.
    pub slots: usize,
    /// What is expected: refusals, warnings, or none of both.
    pub expectations: Vec<Expectation>,
}

/// One request and what is expected of it.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Given {
    /// `metadata.name`.
    pub name: String,
    /// `metadata.namespace`.
    pub namespace: String,
    /// `labels` and `annotations`.
    pub with: Vec<Entry>,
    /// The `spec`.
    pub spec: Expr,
    /// How many slots its expressions need.
    pub slots: usize,
    /// What is expected.
    pub expectations: Vec<Expectation>,
}

/// What a test expects.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub enum Expectation {
    /// So many documents.
    Count {
        /// Of the whole flow.
        flow: bool,
        /// How many.
        count: usize,
        /// Where it stands.
        span: Span,
    },
    /// A document that holds at least this.
    Document {
        /// In the whole flow.
        flow: bool,
        /// Which.
        which: Which,
        /// What it holds.
        body: Vec<Pattern>,
        /// Where it stands.
        span: Span,
    },
    /// What stands beside the documents.
    Told {
        /// Which part.
        what: Told,
        /// What it holds.
        value: PatternValue,
        /// Where it stands.
        span: Span,
    },
    /// No such document.
    None {
        /// In the whole flow.
        flow: bool,
        /// Which.
        which: Which,
        /// Where it stands.
        span: Span,
    },
    /// No warning.
    Pass {
        /// Where it stands.
        span: Span,
    },
    /// A warning whose message holds this.
    Warn {
        /// A part of the message.
        message: String,
        /// Where it stands.
        span: Span,
    },
    /// A refusal whose message holds this.
    Refuse {
        /// A part of the message.
        message: String,
        /// Where it stands.
        span: Span,
    },
}

/// What a request puts out beside its documents.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub enum Told {
    /// The file at this path.
    File(String),
    /// The status.
    Status,
    /// The labels of the destination.
    Destination,
}

/// Which document is meant.
#[expect(clippy::large_enum_variant, reason = "few of them exist, and a box would be in every reader's way")]
#[derive(Clone, Debug, Deserialize, Serialize)]
pub enum Which {
    /// The one of this handle.
    Handle(String),
    /// The one of this kind, name and namespace.
    Named {
        /// The kind.
        gvk: Gvk,
        /// `metadata.name`.
        name: Option<Expr>,
        /// `metadata.namespace`.
        namespace: Option<Expr>,
    },
}

/// What is expected at a path.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Pattern {
    /// The path.
    pub path: Vec<Arc<str>>,
    /// The value.
    pub value: PatternValue,
    /// Where it stands.
    pub span: Span,
}

/// What is expected of a value.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub enum PatternValue {
    /// An object with at least these fields.
    Subset(Vec<Pattern>),
    /// A list of exactly so many items, each at least like this.
    Items(Vec<(PatternValue, Span)>),
    /// Exactly this.
    Equal(Expr),
    /// A text or a list that holds this.
    Contains(Expr),
}
