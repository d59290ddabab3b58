//! Makes promises with loops and computed keys, by seed: whatever a plan can say, in any order and depth.

use std::fmt::Write;

use fastrand::Rng;

/// What stands in every api.
const API: &str = r#"
  api Made in example.org/v1 {
    name: DnsLabel
    public: Bool = false
    words: [String] = []
    more?: [String]
    files: {String: String} = {}
    servers: [{ host: String, port?: Port, secure: Bool = false, tags: [String] = [], labels: {String: String} = {} }] = []
    table: {String: { host: String, port?: Port, secure: Bool = false, tags: [String] = [], labels: {String: String} = {} }} = {}
    free?: Object
  }
"#;

/// Texts as they are written in a promise.
const TEXTS: [&str; 9] = [
    r#""plain""#,
    r#""""#,
    r#""true""#,
    r#""a: b""#,
    r##""# no comment""##,
    r#""two\nlines""#,
    r#""ends\n""#,
    r#""- 'x' \"y\"""#,
    r#""\u{20ac} \t""#,
];

/// A promise.
pub(crate) fn promise(seed: u64) -> String {
    let mut make = Make { random: Rng::with_seed(seed), names: vec![], next: 0 };
    let flags = make.map(2);
    let tree = make.record(4);
    let list = make.list(3);
    format!(
        "promise made {{{API}\n  let shared = {flags}\n\n  request sink spec.name {{\n    name: spec.name\n    \
         tree: {{ made: {tree}, shared: shared }}\n  }}\n\n  resource v1/ConfigMap spec.name in self.metadata.namespace {{\n    \
         data: {{ list: yaml({list}), again: yaml([shared, shared]) }}\n  }}\n}}\n"
    )
}

/// What a name that a loop binds is.
#[derive(Clone, Copy, PartialEq)]
enum Is {
    Text,
    Server,
}

struct Make {
    random: Rng,
    /// The names of the loops around.
    names: Vec<(String, Is)>,
    next: usize,
}

impl Make {
    fn fresh(&mut self, is: Is) -> String {
        self.next += 1;
        let name = format!("n{}", self.next);
        self.names.push((name.clone(), is));
        name
    }

    fn named(&mut self, is: Is) -> Option<String> {
        let all: Vec<String> = self.names.iter().filter(|n| n.1 == is).map(|n| n.0.clone()).collect();
        self.random.choice(all)
    }

    /// A text that is there.
    fn text(&mut self) -> String {
        let (word, server) = (self.named(Is::Text), self.named(Is::Server));
        match (self.random.u8(..8), word, server) {
            (0..3, Some(word), _) => word,
            (3, Some(word), _) => format!("\"{word} is ${{{word}}}\""),
            (4, _, Some(server)) => format!("{server}.host"),
            (5, _, Some(server)) => format!("\"https://${{{server}.host}}:${{{server}.port ?? 80}}\""),
            (6, ..) => "\"${spec.name} ${spec.public}\"".to_owned(),
            _ => TEXTS[self.random.usize(..TEXTS.len())].to_owned(),
        }
    }

    fn value(&mut self, depth: usize) -> String {
        let server = self.named(Is::Server);
        match (self.random.u8(..16), depth, server) {
            (0..3, 1.., _) => self.record(depth - 1),
            (3..6, 1.., _) => self.map(depth - 1),
            (6..9, 1.., _) => self.list(depth - 1),
            (9, 1.., _) => format!(
                "yaml({})",
                if self.random.bool() { self.list(depth - 1) } else { self.map(depth - 1) }
            ),
            (10, 1.., _) => format!("merge({}, spec.free ?? {{}})", self.record(depth - 1)),
            (11, _, Some(server)) => format!("{server}.port"),
            (12, _, Some(server)) => format!("{server}.labels"),
            (13, ..) => "spec.free".to_owned(),
            (14, ..) => format!("if spec.public {{ {} }} else {{ {} }}", self.text(), self.text()),
            _ => self.text(),
        }
    }

    fn condition(&mut self) -> String {
        match (self.random.u8(..4), self.named(Is::Server), self.named(Is::Text)) {
            (0, Some(server), _) => format!("{server}.secure"),
            (1, Some(server), _) => format!("{server}.port?"),
            (2, _, Some(text)) => format!("{text} == \"a\""),
            (3, ..) => "!spec.public".to_owned(),
            _ => "spec.public".to_owned(),
        }
    }

    /// `for … in …`, and its names from then on.
    fn walk(&mut self) -> String {
        let server = self.named(Is::Server);
        match (self.random.u8(..9), server) {
            (0, _) => format!("for {} in spec.words", self.fresh(Is::Text)),
            (1, _) => format!("for {} in spec.more ?? [\"m\"]", self.fresh(Is::Text)),
            (2, _) => format!("for {} in [\"y\", \"x\", spec.name]", self.fresh(Is::Text)),
            (3, _) => format!("for {}, {} in spec.files", self.fresh(Is::Text), self.fresh(Is::Text)),
            (4, _) => format!("for {}, {} in spec.table", self.fresh(Is::Text), self.fresh(Is::Server)),
            (5, Some(s)) => format!("for {} in {s}.tags", self.fresh(Is::Text)),
            (6, Some(s)) => format!("for {}, {} in {s}.labels", self.fresh(Is::Text), self.fresh(Is::Text)),
            (7, _) => format!(
                "for {}, {} in {{ b: \"1\", a: spec.name }}",
                self.fresh(Is::Text),
                self.fresh(Is::Text)
            ),
            _ => format!("for {} in spec.servers", self.fresh(Is::Server)),
        }
    }

    fn record(&mut self, depth: usize) -> String {
        let mut out = "{ ".to_owned();
        for i in 0..self.random.usize(..4) {
            let value = self.value(depth);
            let key = [format!("k{i}"), format!("\"{i} quoted\"")][self.random.usize(..2)].clone();
            match self.random.u8(..4) {
                0 => {
                    let _ = writeln!(out, "when {} {{ {key}: {value} }}", self.condition());
                }
                _ => {
                    let _ = writeln!(out, "{key}: {value}");
                }
            }
        }
        out + "}"
    }

    fn map(&mut self, depth: usize) -> String {
        let mut out = "{ ".to_owned();
        for i in 0..=self.random.usize(..3) {
            let around = self.names.len();
            let mut close = String::new();
            for _ in 0..self.random.usize(..3) {
                let _ = write!(out, "{} {{ ", self.head());
                close += " }";
            }
            // Mostly keys that differ: those of one loop by all names that it binds.
            let parts: Vec<String> = match self.random.u8(..8) {
                0 => vec![],
                _ => self.names[around..]
                    .iter()
                    .filter(|n| n.1 == Is::Text)
                    .map(|n| format!("${{{}}}", n.0))
                    .collect(),
            };
            let key = format!("\"{i} {}\"", parts.join(" "));
            let value = self.value(depth);
            let _ = writeln!(out, "[{key}]: {value}{close}");
            self.names.truncate(around);
        }
        out + "}"
    }

    /// Its items have one type: texts, small records, or whatever, if there is but one.
    fn list(&mut self, depth: usize) -> String {
        let kind = self.random.u8(..3);
        let mut out = "[".to_owned();
        for i in 0..if kind == 0 { 1 } else { self.random.usize(..4) } {
            if i > 0 {
                out += ", ";
            }
            let around = self.names.len();
            for _ in 0..self.random.usize(..3) {
                let _ = write!(out, "{} => ", self.head());
            }
            out += &match (kind, self.random.u8(..4)) {
                (0, _) => self.value(depth),
                (1, 0) => "...spec.words".to_owned(),
                (1, 1) => "...(spec.more ?? [])".to_owned(),
                (1, _) => self.text(),
                (_, 0) => format!("{{ a: {} }}", self.text()),
                _ => format!("{{ when {} {{ a: {} }}, b: {} }}", self.condition(), self.text(), self.text()),
            };
            self.names.truncate(around);
        }
        out + "]"
    }

    /// A loop or a condition.
    fn head(&mut self) -> String {
        match self.random.u8(..4) {
            0 => format!("when {}", self.condition()),
            _ => self.walk(),
        }
    }
}
