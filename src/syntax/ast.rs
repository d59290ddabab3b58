//! The tree of a file, as it was written. Every node knows its place; nothing here has a meaning yet.
//!
//! Names that end in `Expr`, `Stmt` or `Item` are alternatives; plain names are single forms. Spans are trimmed: they
//! never end in white space or a comment.

use serde::{Deserialize, Serialize};

use crate::source::{Span, Spanned};

/// A word and its place.
pub type Name = Spanned<String>;

/// A whole file: `*.promise`, a module `*.dsl`, or the platform's `promises.dsl`.
#[derive(Clone, Debug, Default)]
pub struct File {
    /// The items in the order they were written.
    pub items: Vec<Item>,
    /// Every `//` and `/* */` comment, in order of place. Doc comments (`///`) are not among them.
    pub comments: Vec<Comment>,
}

/// A comment that is no doc comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// From `//` to the end of the line, or from `/*` to `*/`.
    pub span: Span,
    /// Whether nothing but blanks stands before it on its line.
    pub own_line: bool,
}

/// What stands at the top level of a file.
#[derive(Clone, Debug)]
pub enum Item {
    /// `use text` or `use ./lib/dns`.
    Use(Use),
    /// `promise NAME { … }`.
    Promise(Promise),
    /// `platform NAME { … }`.
    Platform(Platform),
    /// `let x = …`.
    Let(Let),
    /// `fn f(…) -> T …`.
    Fn(Fn),
    /// `rule NAME on … { … }`.
    Rule(Rule),
    /// `test "…" { … }`.
    Test(Test),
    /// Text that is no item; a diagnostic stands beside the tree.
    Error(Span),
}

/// `use text`, `use ./lib/dns`.
#[derive(Clone, Debug)]
pub struct Use {
    /// `text` or `./lib/dns`, as written.
    pub path: Name,
    /// The whole item.
    pub span: Span,
}

/// Lines of `///`, without the marks and one blank after them.
#[derive(Clone, Debug, Default)]
pub struct Docs {
    /// One entry a line.
    pub lines: Vec<Name>,
}

impl Docs {
    /// The lines joined by newlines; `None` if there are none.
    pub fn text(&self) -> Option<String> {
        let lines: Vec<&str> = self.lines.iter().map(|l| l.node.as_str()).collect();
        (!lines.is_empty()).then(|| lines.join("\n"))
    }
}

/// `promise vcluster-core version "1.0.0" { … }`.
#[derive(Clone, Debug)]
pub struct Promise {
    /// The doc comment.
    pub docs: Docs,
    /// A kebab-case name.
    pub name: Name,
    /// The version, if given.
    pub version: Option<StrLit>,
    /// What stands between the braces.
    pub members: Vec<Member>,
    /// The whole item, without its doc comment.
    pub span: Span,
}

/// A text without interpolation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StrLit {
    /// The text, escapes resolved.
    pub value: String,
    /// With its quotes.
    pub span: Span,
}

/// What a promise (or `when`, `for`, `on delete` in it) holds.
#[derive(Clone, Debug)]
pub enum Member {
    /// `api KIND in GROUP/VERSION { … }`.
    Api(Api),
    /// `needs platform { … }`.
    Needs(Needs),
    /// `let x = …`.
    Let(Let),
    /// `fn f(…) -> T …`.
    Fn(Fn),
    /// `resource … { … }`.
    Resource(Resource),
    /// `request PROMISE NAME { … }`.
    Request(Request),
    /// `when C { members }`.
    When(When<Vec<Member>>),
    /// `for x in xs { members }`.
    For(For<Vec<Member>>),
    /// `check C else "…"`.
    Check(Check),
    /// `on delete [needs a, b] { members }`.
    OnDelete(OnDelete),
    /// `destination { … }`.
    Destination(Block),
    /// `dependencies "glob" "glob"`.
    Dependencies(Dependencies),
    /// `pipeline "name" { steps }`.
    Pipeline(Pipeline),
    /// `file "path" [to { … }] yaml { … }`.
    File(OutputFile),
    /// `status { … }`.
    Status(Block),
    /// `observe x = …` (reserved).
    Observe(Observe),
    /// `rule NAME on … { … }`.
    Rule(Rule),
    /// `test "…" { … }`.
    Test(Test),
    /// Text that is no member; a diagnostic stands beside the tree.
    Error(Span),
}

/// A word followed by an object: `destination { … }`, `status { … }`.
#[derive(Clone, Debug)]
pub struct Block {
    /// The object.
    pub body: Object,
    /// The whole member.
    pub span: Span,
}

/// `needs platform { baseDomain: Hostname }`.
#[derive(Clone, Debug)]
pub struct Needs {
    /// The values it uses and their types.
    pub fields: Vec<ApiField>,
    /// The whole member.
    pub span: Span,
}

/// `group/version`, or `version` for the core group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupVersion {
    /// Empty for the core group.
    pub group: String,
    /// Such as `v1` or `v1alpha1`.
    pub version: String,
    /// The place.
    pub span: Span,
}

/// `group/version/Kind`, or `version/Kind` for the core group.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Gvk {
    /// Empty for the core group.
    pub group: String,
    /// Such as `v1`.
    pub version: String,
    /// Such as `ConfigMap`.
    pub kind: String,
    /// The place.
    pub span: Span,
}

/// `api KIND [plural "…"] [short "…", "…"] in GROUP/VERSION { … }`.
#[derive(Clone, Debug)]
pub struct Api {
    /// The doc comment.
    pub docs: Docs,
    /// The kind.
    pub kind: Name,
    /// The plural, if given.
    pub plural: Option<StrLit>,
    /// Short names.
    pub short: Vec<StrLit>,
    /// Group and version.
    pub group_version: GroupVersion,
    /// Fields, columns and checks in the order they were written.
    pub entries: Vec<ApiEntry>,
    /// The whole member, without its doc comment.
    pub span: Span,
}

/// What an api holds.
#[derive(Clone, Debug)]
pub enum ApiEntry {
    /// `name?: T = default`.
    Field(ApiField),
    /// `column "Size" = spec.size`.
    Column(Column),
    /// `check C [in schema] else "…"`.
    Check(Check),
    /// Text that is no entry.
    Error(Span),
}

/// `name: T`, `name?: T`, `name: T = default`.
#[derive(Clone, Debug)]
pub struct ApiField {
    /// The doc comment.
    pub docs: Docs,
    /// The name; may be quoted.
    pub name: Name,
    /// Whether `?` follows the name.
    pub optional: bool,
    /// The type.
    pub ty: TypeExpr,
    /// The default.
    pub default: Option<Expr>,
    /// The whole field, without its doc comment.
    pub span: Span,
}

/// `column "Size" = spec.size`.
#[derive(Clone, Debug)]
pub struct Column {
    /// The heading.
    pub title: StrLit,
    /// A path that starts with `spec` or `status`.
    pub value: Expr,
    /// The whole entry.
    pub span: Span,
}

/// A type as written.
#[derive(Clone, Debug)]
pub struct TypeExpr {
    /// What kind of type.
    pub kind: TypeKind,
    /// The place.
    pub span: Span,
}

/// The forms of a type.
#[derive(Clone, Debug)]
pub enum TypeKind {
    /// A literal: `"dev"`, `3`, `true`.
    Literal(Literal),
    /// `String`, `DnsLabel`, `Int(1..10)`, `String(r"^a$", ..63)`.
    Named {
        /// The name.
        name: String,
        /// What stands in the parentheses.
        refine: Vec<Refine>,
    },
    /// A piece of a Kubernetes schema: `core/v1.EnvVar`.
    Schema {
        /// As written.
        name: String,
    },
    /// `[T]`.
    List(Box<TypeExpr>),
    /// `{String: T}`.
    Map(Box<TypeExpr>),
    /// `{ a: T, b?: U }`.
    Record(Vec<ApiEntry>),
    /// `A | B`; at least two.
    Union(Vec<TypeExpr>),
    /// `T via S`.
    Via {
        /// What the program sees.
        ty: Box<TypeExpr>,
        /// What the schema shows.
        schema: Box<TypeExpr>,
    },
}

/// A literal in a type or a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Literal {
    /// `"dev"`.
    Str(String),
    /// `3`.
    Int(i64),
    /// `true`.
    Bool(bool),
}

/// A refinement of a named type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refine {
    /// `1..10`, `..63`, `1..`; both ends are included.
    Range {
        /// The lower end.
        lo: Option<i64>,
        /// The upper end.
        hi: Option<i64>,
        /// The place.
        span: Span,
    },
    /// A regular expression in `r"…"` or `"…"`.
    Pattern(StrLit),
}

/// `let x[: T] = e`.
#[derive(Clone, Debug)]
pub struct Let {
    /// The doc comment.
    pub docs: Docs,
    /// The name.
    pub name: Name,
    /// The type, if given.
    pub ty: Option<TypeExpr>,
    /// The value.
    pub value: Expr,
    /// The whole member, without its doc comment.
    pub span: Span,
}

/// `fn f(a: T, b: U) -> R[?] body`.
#[derive(Clone, Debug)]
pub struct Fn {
    /// The doc comment.
    pub docs: Docs,
    /// The name.
    pub name: Name,
    /// The parameters.
    pub params: Vec<Param>,
    /// The type of the result.
    pub result: TypeExpr,
    /// Whether `?` follows the result's type.
    pub optional: bool,
    /// How it is computed.
    pub body: FnBody,
    /// The whole item, without its doc comment.
    pub span: Span,
}

/// `a: T`.
#[derive(Clone, Debug)]
pub struct Param {
    /// The name.
    pub name: Name,
    /// The type.
    pub ty: TypeExpr,
}

/// How a function is computed.
#[derive(Clone, Debug)]
pub enum FnBody {
    /// `= expr`.
    Expr(Expr),
    /// `rhai { source }`; the span is that of the source between the braces.
    Rhai(Span),
    /// `rhai "file.rhai"`.
    RhaiFile(StrLit),
    /// `native`: only in the standard library.
    Native(Span),
}

/// `resource [HANDLE =] GVK NAME [in NAMESPACE] { … }`.
#[derive(Clone, Debug)]
pub struct Resource {
    /// The doc comment.
    pub docs: Docs,
    /// The handle, if given.
    pub handle: Option<Name>,
    /// What it is.
    pub gvk: Gvk,
    /// `metadata.name`.
    pub name: Expr,
    /// `metadata.namespace`.
    pub namespace: Option<Expr>,
    /// The rest of the object.
    pub body: Object,
    /// The whole member, without its doc comment.
    pub span: Span,
}

/// `request [HANDLE =] PROMISE NAME [with { … }] { … }`.
#[derive(Clone, Debug)]
pub struct Request {
    /// The doc comment.
    pub docs: Docs,
    /// The handle, if given.
    pub handle: Option<Name>,
    /// The promise that serves it.
    pub promise: Name,
    /// `metadata.name`.
    pub name: Expr,
    /// `labels` and `annotations`.
    pub with: Option<Object>,
    /// The `spec`.
    pub body: Object,
    /// The whole member, without its doc comment.
    pub span: Span,
}

/// What follows `when`.
#[derive(Clone, Debug)]
pub enum Condition {
    /// A Bool.
    Expr(Expr),
    /// `let x = optional`.
    Let {
        /// The name bound inside.
        name: Name,
        /// The optional.
        value: Expr,
    },
}

/// `when C BODY`.
#[derive(Clone, Debug)]
pub struct When<B> {
    /// The condition.
    pub condition: Condition,
    /// What happens if it holds.
    pub body: B,
    /// The whole form.
    pub span: Span,
}

/// `for [k,] v in e BODY`.
#[derive(Clone, Debug)]
pub struct For<B> {
    /// The key, over a map.
    pub key: Option<Name>,
    /// The item.
    pub item: Name,
    /// What is walked.
    pub over: Expr,
    /// What happens for each.
    pub body: B,
    /// The whole form.
    pub span: Span,
}

/// `check C [in schema] else "…"`.
#[derive(Clone, Debug)]
pub struct Check {
    /// What must hold.
    pub condition: Expr,
    /// Whether it also goes into the CRD.
    pub in_schema: bool,
    /// What is said otherwise; may interpolate.
    pub message: Expr,
    /// The whole form.
    pub span: Span,
}

/// `on delete [needs a, b] { members }`.
#[derive(Clone, Debug)]
pub struct OnDelete {
    /// Handles of the objects that must stay until it is done.
    pub needs: Vec<Name>,
    /// What is rendered.
    pub members: Vec<Member>,
    /// The whole member.
    pub span: Span,
}

/// `dependencies "a/*.yaml", "b.yaml"`.
#[derive(Clone, Debug)]
pub struct Dependencies {
    /// The globs.
    pub globs: Vec<StrLit>,
    /// The whole member.
    pub span: Span,
}

/// `pipeline "instance-configure" { render container NAME { … } }`.
#[derive(Clone, Debug)]
pub struct Pipeline {
    /// Its name.
    pub name: StrLit,
    /// Its steps in order.
    pub steps: Vec<PipelineStep>,
    /// The whole member.
    pub span: Span,
}

/// A step of a pipeline.
#[derive(Clone, Debug)]
pub enum PipelineStep {
    /// `render`: this promise's own documents.
    Render(Span),
    /// `container NAME { image: …, command: […] }`.
    Container {
        /// Its name, kebab-case.
        name: Name,
        /// Its keys, as Kubernetes names them.
        body: Object,
        /// The whole step.
        span: Span,
    },
    /// `KEY: VALUE`, what the containers share: volumes, secrets that images are pulled with.
    Setting {
        /// The one field.
        body: Object,
    },
    /// Text that is no step.
    Error(Span),
}

/// `file "path" [to { labels }] FORMAT EXPR`.
#[derive(Clone, Debug)]
pub struct OutputFile {
    /// The path below the output folder.
    pub path: Expr,
    /// The labels of its destination.
    pub to: Option<Object>,
    /// `yaml`, `json` or `text`.
    pub format: Name,
    /// The content.
    pub body: Expr,
    /// The whole member.
    pub span: Span,
}

/// `observe NAME = GVK NAME [in NS] { fields } [retry 30s] [else "…"]`; reserved.
#[derive(Clone, Debug)]
pub struct Observe {
    /// The whole member.
    pub span: Span,
}

/// `rule NAME on TARGET { statements }`.
#[derive(Clone, Debug)]
pub struct Rule {
    /// The doc comment.
    pub docs: Docs,
    /// A kebab-case name.
    pub name: Name,
    /// What it is about.
    pub target: RuleTarget,
    /// What it says.
    pub body: Vec<RuleStmt>,
    /// The whole item, without its doc comment.
    pub span: Span,
}

/// What a rule is about; in its body `it` is one of them.
#[derive(Clone, Debug)]
pub enum RuleTarget {
    /// Every document of a kind.
    Kind(Gvk),
    /// Every document.
    Document(Span),
    /// A whole flow.
    Flow(Span),
    /// Every request of a promise.
    Request(Name),
}

/// A statement of a rule.
#[derive(Clone, Debug)]
pub enum RuleStmt {
    /// `let x = e`.
    Let(Let),
    /// `when C { … }`.
    When(When<Vec<RuleStmt>>),
    /// `for x in xs { … }`.
    For(For<Vec<RuleStmt>>),
    /// `require C else "…"`.
    Require(Check),
    /// `deny C else "…"`: refused if C holds.
    Deny(Check),
    /// `warn C else "…"`: reported if C holds.
    Warn(Check),
    /// Text that is no statement.
    Error(Span),
}

/// `test "…" { … }`, or `test "…" from "cases/*/"`.
#[derive(Clone, Debug)]
pub struct Test {
    /// Its name.
    pub name: StrLit,
    /// What it does.
    pub body: TestBody,
    /// The whole item.
    pub span: Span,
}

/// What a test does.
#[derive(Clone, Debug)]
pub enum TestBody {
    /// `from "cases/*/"`: folders with `request.yaml` and `expected/*.yaml`.
    From(StrLit),
    /// Statements.
    Stmts(Vec<TestStmt>),
}

/// A statement of a test.
#[derive(Clone, Debug)]
pub enum TestStmt {
    /// `given ["name"] [in "namespace"] { spec } [with { labels, annotations }]`.
    Given(Box<Given>),
    /// `expect N documents`, `expect flow N documents`.
    Count {
        /// Whether the whole flow is counted.
        flow: bool,
        /// How many.
        count: i64,
        /// The whole statement.
        span: Span,
    },
    /// `expect HANDLE { … }` or `expect [flow] GVK NAME [in NS] { … }`.
    Expect(Box<Expect>),
    /// `expect file "PATH" { … }`, or a text, or `contains` and a part of one.
    ExpectFile {
        /// Its path.
        path: StrLit,
        /// What it holds at least.
        value: Expr,
        /// The whole statement.
        span: Span,
    },
    /// `expect no [flow] GVK [NAME [in NS]]`.
    ExpectNo {
        /// Whether the whole flow is looked at.
        flow: bool,
        /// What must not be there.
        gvk: Gvk,
        /// Of this name.
        name: Option<Expr>,
        /// In this namespace.
        namespace: Option<Expr>,
        /// The whole statement.
        span: Span,
    },
    /// `given GVK NAME [in NS] { … }`: an object that rules judge.
    Object(Box<GivenObject>),
    /// `pass`: nothing is refused, and nothing is warned of.
    Pass(Span),
    /// `warn "part of the message"`.
    Warn {
        /// A part of the message.
        message: StrLit,
        /// The whole statement.
        span: Span,
    },
    /// `refuse "part of the message"`.
    Refuse {
        /// A part of the message.
        message: StrLit,
        /// The whole statement.
        span: Span,
    },
    /// Text that is no statement.
    Error(Span),
}

/// An object of a test.
#[derive(Clone, Debug)]
pub struct GivenObject {
    /// The kind.
    pub gvk: Gvk,
    /// `metadata.name`.
    pub name: Expr,
    /// `metadata.namespace`.
    pub namespace: Option<Expr>,
    /// The rest of it.
    pub body: Object,
    /// The whole statement.
    pub span: Span,
}

/// The request of a test.
#[derive(Clone, Debug)]
pub struct Given {
    /// `metadata.name`; `test` if absent.
    pub name: Option<StrLit>,
    /// `metadata.namespace`; `default` if absent.
    pub namespace: Option<StrLit>,
    /// The `spec`.
    pub spec: Object,
    /// `labels` and `annotations`.
    pub with: Option<Object>,
    /// The whole statement.
    pub span: Span,
}

/// An expected document.
#[derive(Clone, Debug)]
pub struct Expect {
    /// Whether the whole flow is looked at.
    pub flow: bool,
    /// Which document.
    pub which: ExpectWhich,
    /// What it holds at least: a subset.
    pub body: Object,
    /// The whole statement.
    pub span: Span,
}

/// Which document is expected.
#[expect(clippy::large_enum_variant, reason = "few of them exist, and a box would be in every reader's way")]
#[derive(Clone, Debug)]
pub enum ExpectWhich {
    /// By its handle.
    Handle(Name),
    /// By kind and name.
    Named {
        /// The kind.
        gvk: Gvk,
        /// `metadata.name`.
        name: Expr,
        /// `metadata.namespace`.
        namespace: Option<Expr>,
    },
}

/// `platform NAME { … }`.
#[derive(Clone, Debug)]
pub struct Platform {
    /// The doc comment.
    pub docs: Docs,
    /// Its name, kebab-case.
    pub name: Name,
    /// What stands between the braces.
    pub settings: Vec<Setting>,
    /// The whole item, without its doc comment.
    pub span: Span,
}

/// A setting of a platform.
#[derive(Clone, Debug)]
pub enum Setting {
    /// `promises "promises/*.promise"`.
    Promises(Vec<StrLit>, Span),
    /// `rules "rules/*.dsl"`.
    Rules(Vec<StrLit>, Span),
    /// `foreign "vendor/promises/*.yaml"`.
    Foreign(Vec<StrLit>, Span),
    /// `schemas "schemas/*.yaml"`.
    Schemas(Vec<StrLit>, Span),
    /// `values-schema "FILE" for GROUP/VERSION/KIND spec.a["b"]`.
    ValuesSchema {
        /// The file.
        file: StrLit,
        /// The kind.
        gvk: Gvk,
        /// The part of its objects.
        path: Spanned<Vec<String>>,
        /// The whole setting.
        span: Span,
    },
    /// `values { a: T = v }`.
    Values(Vec<ApiField>, Span),
    /// `secret-store NAME { kind: …, provider: … }`.
    SecretStore {
        /// Its name.
        name: Name,
        /// Its facts.
        body: Object,
        /// The whole setting.
        span: Span,
    },
    /// `pipeline-image "ghcr.io/acme/vow:1.0.0"`.
    PipelineImage(StrLit, Span),
    /// `on-bad-input suspend`.
    OnBadInput(Name, Span),
    /// `pod-security baseline`.
    PodSecurity(Name, Span),
    /// `host-access "namespace" because "…"`.
    HostAccess {
        /// The namespace.
        namespace: StrLit,
        /// Why.
        because: StrLit,
        /// The whole setting.
        span: Span,
    },
    /// `state { branch: "main", destination NAME { … } }`.
    State {
        /// Its plain keys.
        body: Object,
        /// Its destinations.
        destinations: Vec<(Name, Object)>,
        /// The whole setting.
        span: Span,
    },
    /// Text that is no setting.
    Error(Span),
}

/// An expression.
#[derive(Clone, Debug)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where it stands.
    pub span: Span,
}

/// The forms of an expression.
#[derive(Clone, Debug)]
pub enum ExprKind {
    /// `x`, `spec`, `self`, `platform`, `it`.
    Name(String),
    /// `true`, `false`.
    Bool(bool),
    /// `12`, `-3`.
    Int(i64),
    /// `1.5`.
    Float(f64),
    /// Any text.
    Text(Text),
    /// `e.f` or `e?.f`.
    Field {
        /// `e`.
        base: Box<Expr>,
        /// `f`.
        name: Name,
        /// Whether it is `?.`.
        optional: bool,
    },
    /// `e[i]` or `e?[i]`.
    Index {
        /// `e`.
        base: Box<Expr>,
        /// `i`.
        index: Box<Expr>,
        /// Whether it is `?[`.
        optional: bool,
    },
    /// `f(a, b)`; `f` is a name or `module.name`.
    Call {
        /// `f`.
        callee: Box<Expr>,
        /// `a, b`.
        args: Vec<Expr>,
    },
    /// `e?`: whether it is there.
    Present(Box<Expr>),
    /// `!e`.
    Not(Box<Expr>),
    /// `a + b`.
    Binary {
        /// The operator.
        op: BinaryOp,
        /// Where the operator stands.
        op_span: Span,
        /// `a`.
        left: Box<Expr>,
        /// `b`.
        right: Box<Expr>,
    },
    /// `if c { a } else { b }`.
    If {
        /// `c`.
        condition: Box<Expr>,
        /// `a`.
        then: Box<Expr>,
        /// `b`; `else if` is an `If` here.
        otherwise: Option<Box<Expr>>,
    },
    /// `match e { p => a, … }`.
    Match {
        /// `e`.
        subject: Box<Expr>,
        /// The arms.
        arms: Vec<Arm>,
    },
    /// `{ … }`.
    Object(Object),
    /// `[ … ]`.
    List(Vec<ListItem>),
    /// `e as T [else "…"]`.
    Cast {
        /// `e`.
        value: Box<Expr>,
        /// `T`.
        ty: TypeExpr,
        /// What is said if it is none.
        message: Option<Box<Expr>>,
    },
    /// `contains e`: only as a value in the body of an `expect`.
    Contains(Box<Expr>),
    /// Text that is no expression; a diagnostic stands beside the tree.
    Error,
}

/// Binary operators, loosest first: `||`, `&&`, comparisons, `??`, `+ -`, `* / %`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[allow(missing_docs, reason = "the names say it")]
pub enum BinaryOp {
    Or,
    And,
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
    Coalesce,
    Add,
    Sub,
    Mul,
    Div,
    Rem,
}

impl BinaryOp {
    /// As it is written.
    pub fn symbol(self) -> &'static str {
        match self {
            BinaryOp::Or => "||",
            BinaryOp::And => "&&",
            BinaryOp::Eq => "==",
            BinaryOp::Ne => "!=",
            BinaryOp::Lt => "<",
            BinaryOp::Le => "<=",
            BinaryOp::Gt => ">",
            BinaryOp::Ge => ">=",
            BinaryOp::Coalesce => "??",
            BinaryOp::Add => "+",
            BinaryOp::Sub => "-",
            BinaryOp::Mul => "*",
            BinaryOp::Div => "/",
            BinaryOp::Rem => "%",
        }
    }

    /// How tightly it binds, from 1 (`||`) to 6 (`*`).
    pub fn precedence(self) -> u8 {
        match self {
            BinaryOp::Or => 1,
            BinaryOp::And => 2,
            BinaryOp::Eq | BinaryOp::Ne | BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge => 3,
            BinaryOp::Coalesce => 4,
            BinaryOp::Add | BinaryOp::Sub => 5,
            BinaryOp::Mul | BinaryOp::Div | BinaryOp::Rem => 6,
        }
    }
}

/// One arm of a match: `"dev" | "test" => e`.
#[derive(Clone, Debug)]
pub struct Arm {
    /// The literals; empty for `_`.
    pub patterns: Vec<Spanned<Literal>>,
    /// The patterns' place, or that of `_`.
    pub pattern_span: Span,
    /// The value.
    pub value: Expr,
}

/// A text, in pieces.
#[derive(Clone, Debug)]
pub struct Text {
    /// How it was written.
    pub style: TextStyle,
    /// Its pieces, escapes resolved, the indentation of a block removed.
    pub parts: Vec<TextPart>,
}

/// How a text was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextStyle {
    /// `"…"`.
    Quoted,
    /// `"""…"""`.
    Block,
    /// `r"…"`.
    Raw,
    /// `r"""…"""`.
    RawBlock,
}

/// A piece of a text.
#[derive(Clone, Debug)]
pub enum TextPart {
    /// Plain text.
    Str(String),
    /// `${e}`.
    Interpolation(Expr),
}

/// `{ entries }`.
#[derive(Clone, Debug)]
pub struct Object {
    /// The entries.
    pub entries: Vec<Entry>,
    /// With its braces.
    pub span: Span,
}

/// An entry of an object.
#[derive(Clone, Debug)]
pub enum Entry {
    /// `key: value`.
    Field {
        /// The key.
        key: Key,
        /// The value.
        value: Expr,
    },
    /// `when C { entries }`.
    When(When<Vec<Entry>>),
    /// `for x in xs { entries }`.
    For(For<Vec<Entry>>),
    /// Text that is no entry.
    Error(Span),
}

/// The key of an entry.
#[derive(Clone, Debug)]
pub enum Key {
    /// `app`, or `metadata.labels`: one word or a path of words.
    Path(Vec<Name>),
    /// `"app.kubernetes.io/name"`.
    Quoted(StrLit),
    /// `["enable_${f}"]`.
    Computed(Expr),
}

/// An item of a list.
#[derive(Clone, Debug)]
pub enum ListItem {
    /// `e`.
    Expr(Expr),
    /// `...e`.
    Spread(Expr, Span),
    /// `when C => item`.
    When(Box<When<ListItem>>),
    /// `for x in xs => item`.
    For(Box<For<ListItem>>),
    /// Text that is no item.
    Error(Span),
}
