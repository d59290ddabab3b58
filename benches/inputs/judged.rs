//! Documents to judge, and two policy engines that ask three of the many questions of the rules.

use vow::compile::requests::{Depth, Job, read, render_all};
use vow::compile::{self, Compilation};
use vow::eval::{Engine, Flow};
use vow::source::Memory;
use vow::value::{json, yaml};

/// What CEL asks.
const CEL: &str = r#"it.kind != "Secret" && has(it.metadata.namespace) && it.metadata.namespace != ""
    && has(it.metadata.labels) && "kratix.io/promise-name" in it.metadata.labels"#;

/// What Rego asks: the same.
const REGO: &str = r#"package judged

default passes := false

passes if {
    input.kind != "Secret"
    input.metadata.namespace != ""
    "kratix.io/promise-name" in object.keys(input.metadata.labels)
}"#;

/// The platform of the documents, and each with the promise and the request that it is of.
pub(crate) struct Judged {
    pub(crate) engine: Engine,
    pub(crate) cases: Vec<Case>,
}

/// One document.
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) flow: Flow,
    /// The bytes of its YAML.
    pub(crate) bytes: usize,
    /// It as JSON.
    pub(crate) json: serde_json::Value,
}

impl Judged {
    pub(crate) fn new() -> Self {
        let names = ["promises.dsl", "closed.promise", "open.promise", "values.promise"];
        let text = |name: &str| super::file(&format!("benches/inputs/judged/{name}"));
        let files = names.map(|name| (name.to_owned(), text(name)));
        let Compilation { mut sources, engine, diagnostics, .. } = compile::platform(&Memory(files.into()));
        assert!(diagnostics.is_empty(), "{diagnostics:#?}");
        let engine = engine.expect("a platform without mistakes");
        let file = sources.add("requests.yaml", text("requests.yaml"));
        let jobs = read(&engine, &sources, file).expect("requests");
        let cases = jobs.iter().map(|job| Case::new(&engine, job)).collect();
        Self { engine, cases }
    }
}

impl Case {
    fn new(engine: &Engine, job: &Job) -> Self {
        let passed = render_all(engine, std::slice::from_ref(job), Depth::One).expect("a document");
        let [flow] = passed.flows() else { panic!("one request is one flow") };
        let object = &flow.documents().next().expect("a document").object;
        let name = match &*job.request.name {
            "shop" => "proved".to_owned(),
            other => format!("residual-{other}"),
        };
        let json = serde_json::from_str(&json::write_compact(object)).expect("JSON");
        Case { name, flow: flow.clone(), bytes: yaml::write(object).len(), json }
    }
}

/// CEL, ready to be asked about a document.
pub(crate) struct Cel {
    program: cel::Program,
    context: cel::Context<'static>,
}

impl Cel {
    pub(crate) fn new(json: &serde_json::Value) -> Self {
        let mut context = cel::Context::default();
        context.add_variable("it", json).expect("a value of CEL");
        Cel { program: cel::Program::compile(CEL).expect("CEL"), context }
    }

    /// Whether the document passes.
    pub(crate) fn passes(&self) -> bool {
        self.program.execute(&self.context).expect("an answer") == cel::Value::Bool(true)
    }
}

/// Rego, as regorus evaluates it, ready to be asked about a document.
pub(crate) struct Rego {
    engine: regorus::Engine,
}

impl Rego {
    pub(crate) fn new(json: &serde_json::Value) -> Self {
        let mut engine = regorus::Engine::new();
        engine.add_policy("judged.rego".into(), REGO.into()).expect("Rego");
        engine.set_input(json.clone().into());
        Self { engine }
    }

    /// Whether the document passes.
    pub(crate) fn passes(&mut self) -> bool {
        let answer = self.engine.eval_rule("data.judged.passes".into()).expect("an answer");
        answer == regorus::Value::Bool(true)
    }
}
