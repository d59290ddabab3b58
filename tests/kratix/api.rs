//! A double of a Kubernetes API, within the test. It keeps objects by their paths, merges what is applied, tells 404 and 403,
//! holds bearer tokens to one, and completes a Job when it has been read so often. It is no API server: no schema, no admission,
//! no watch, no owner of a field, no garbage collection, no TLS.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

/// What the API knows and does.
#[derive(Default)]
pub(crate) struct State {
    /// Objects by path.
    pub(crate) objects: BTreeMap<String, Value>,
    /// Every request but for reads: `PATCH /apis/…`.
    pub(crate) calls: Vec<String>,
    /// After how many reads a Job is complete.
    pub(crate) patience: usize,
    /// The condition that a Job gets.
    pub(crate) end: &'static str,
    /// What is refused, with its status: the verb and a part of the path.
    pub(crate) refused: Option<(&'static str, &'static str, u16)>,
    /// Whether somebody replaces each object just before it is deleted.
    pub(crate) replaced: bool,
    /// Of what kind it is that is not there, where 404 is refused with.
    pub(crate) missing: &'static str,
    reads: usize,
}

pub(crate) struct Api {
    pub(crate) state: Arc<Mutex<State>>,
    pub(crate) address: String,
}

const TOKEN: &str = "of-the-test";

impl Api {
    pub(crate) fn start(patience: usize, end: &'static str) -> Api {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let state = Arc::new(Mutex::new(State { patience, end, ..State::default() }));
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            listener.incoming().for_each(|stream| drop(stream.map(|s| serve(s, &shared))));
        });
        Api { state, address }
    }

    /// A file for `KUBECONFIG`.
    pub(crate) fn kubeconfig(&self) -> String {
        let server = format!("http://{}", self.address);
        format!(
            "apiVersion: v1\nkind: Config\ncurrent-context: a\ncontexts:\n- name: a\n  context: {{ cluster: b, user: c }}\n\
             clusters:\n- name: b\n  cluster: {{ server: \"{server}\" }}\nusers:\n- name: c\n  user: {{ token: {TOKEN} }}\n"
        )
    }

    pub(crate) fn names(&self) -> Vec<String> {
        self.state.lock().unwrap().objects.keys().cloned().collect()
    }

    pub(crate) fn calls(&self) -> Vec<String> {
        self.state.lock().unwrap().calls.clone()
    }
}

fn serve(mut stream: TcpStream, state: &Mutex<State>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).unwrap_or(0) == 0 {
            return;
        }
        let mut words = line.split_whitespace();
        let (verb, target) = (words.next().unwrap().to_owned(), words.next().unwrap().to_owned());
        let (mut length, mut authorized) = (0, false);
        loop {
            let mut header = String::new();
            reader.read_line(&mut header).unwrap();
            let Some((name, value)) = header.trim().split_once(':') else { break };
            match name.to_ascii_lowercase().as_str() {
                "content-length" => length = value.trim().parse().unwrap(),
                "authorization" => authorized = value.trim() == format!("Bearer {TOKEN}"),
                _ => {}
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body).unwrap();
        let (status, answer) = match authorized {
            true => state.lock().unwrap().answer(&verb, &target, &body),
            false => (401, json!({ "kind": "Status", "message": "Unauthorized" })),
        };
        let text = answer.to_string();
        let head = format!(
            "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
            text.len()
        );
        if stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(text.as_bytes())).is_err() {
            return;
        }
    }
}

impl State {
    fn answer(&mut self, verb: &str, target: &str, body: &[u8]) -> (u16, Value) {
        let path = target.split('?').next().unwrap().to_owned();
        let said = |message: &str| json!({ "kind": "Status", "message": message });
        if verb != "GET" {
            self.calls.push(format!("{verb} {target}"));
        }
        if let Some((of, part, status)) = self.refused
            && of == verb
            && path.contains(part)
        {
            let kind = if status == 404 { self.missing } else { "" };
            return (
                status,
                json!({ "kind": "Status", "message": "the test says so", "details": { "kind": kind } }),
            );
        }
        match verb {
            "GET" => {
                self.reads += 1;
                let done = self.reads > self.patience;
                let end = self.end;
                match self.objects.get_mut(&path) {
                    Some(object) => {
                        if done && object["kind"] == "Job" {
                            let condition = json!({ "type": end, "status": "True", "reason": "Test", "message": "it ended" });
                            object["status"] = json!({ "conditions": [condition] });
                        }
                        (200, object.clone())
                    }
                    None => (404, said("not found")),
                }
            }
            "PATCH" => {
                assert!(target.contains("fieldManager=vow&force=true"), "{target}");
                let applied: Value = serde_json::from_slice(body).unwrap();
                let next = format!("uid-{}", self.calls.len());
                let object =
                    self.objects.entry(path).or_insert_with(|| json!({ "metadata": { "uid": next } }));
                merge(object, &applied);
                (200, object.clone())
            }
            "DELETE" => {
                let options: Value = serde_json::from_slice(body).unwrap();
                assert_eq!(options["propagationPolicy"], "Background");
                match self.objects.get(&path) {
                    Some(object)
                        if self.replaced || object["metadata"]["uid"] != options["preconditions"]["uid"] =>
                    {
                        (409, said("the UID in the precondition is another"))
                    }
                    Some(_) => {
                        self.objects.remove(&path);
                        (200, json!({ "kind": "Status", "status": "Success" }))
                    }
                    None => (404, said("not found")),
                }
            }
            _ => (405, said("no such verb")),
        }
    }
}

fn merge(into: &mut Value, from: &Value) {
    match (into, from) {
        (Value::Object(into), Value::Object(from)) => {
            for (key, value) in from {
                merge(into.entry(key).or_insert(Value::Null), value);
            }
        }
        (into, from) => *into = from.clone(),
    }
}
