use std::collections::BTreeMap;

use super::*;
use crate::source::Memory;

const PLATFORM: &str = r#"
platform small {
  promises "promises/*.promise"
  schemas "crds/*.yaml"
  values { domain: String = "example.org" }
}
"#;

const PROMISE: &str = r#"
use net

let ports = [80, 443]

fn twice(n: Int) -> Int rhai { n * 2 }

promise page {
  api Page in example.org/v1 {
    name: DnsLabel
    size: Int(1..9) = 3
    subnet?: Cidr
    extra?: Object
  }
  dependencies "../crds/*.yaml"
  check spec.name != "no" else "not `{spec.name}`"
  let doubled = twice(spec.size)
  when let subnet = spec.subnet {
    resource v1/Service spec.name in self.metadata.namespace { spec.externalName: net.host(subnet, 1) }
  }
  resource v1/ConfigMap spec.name in self.metadata.namespace {
    data: {
      doubled: "{doubled}"
      domain: platform.domain
      ports: yaml({ ports: ports, more: spec.extra })
    }
  }
}

test "small" {
  given "small" in "pages" { name: "small" }
  expect 1 document
}
"#;

fn files() -> BTreeMap<String, String> {
    let crd = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: things.example.org}\nspec:\n  group: example.org\n  names: {kind: Thing, plural: things}\n  scope: Namespaced\n  versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object}}}}}]\n";
    let named = |(path, text): (&str, &str)| (path.to_owned(), text.to_owned());
    [("promises.dsl", PLATFORM), ("promises/page.promise", PROMISE), ("crds/thing.yaml", crd)]
        .map(named)
        .into()
}

fn kept(files: &BTreeMap<String, String>) -> (Compilation, Vec<u8>) {
    let (compilation, bytes) = platform_or_kept(&Memory(files.clone()), None);
    assert!(compilation.engine.is_some(), "{:#?}", compilation.diagnostics);
    (compilation, bytes.expect("what has no errors is kept"))
}

fn shown(compilation: &Compilation) -> String {
    format!("{compilation:#?}")
}

#[test]
fn what_was_kept_is_what_was_compiled() {
    let (compiled, bytes) = kept(&files());
    let (taken, new) = platform_or_kept(&Memory(files()), Some(&bytes));
    assert_eq!(new, None);
    similar_asserted(&shown(&compiled), &shown(&taken));
}

/// The same, of the platforms that ship.
#[test]
fn the_promises_that_ship_are_kept_whole() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    for folder in [".", "examples/jenkins", "examples/kafka", "examples/redis", "examples/runtime"] {
        let disk = crate::source::disk::Disk::open(&root.join(folder)).unwrap();
        let (compiled, bytes) = platform_or_kept(&disk, None);
        let (taken, new) = platform_or_kept(&disk, bytes.as_deref());
        assert_eq!((new, bytes.is_some()), (None, true), "{folder}");
        similar_asserted(&shown(&compiled), &shown(&taken));
    }
}

/// A loader of whose files one is edited when it has been read.
struct Edited(RefCell<Memory>);

impl Loader for Edited {
    fn read(&self, path: &str) -> Result<String, String> {
        let text = self.0.borrow().read(path);
        if path == "promises/page.promise" {
            self.0.borrow_mut().0.insert(path.into(), PROMISE.replace("= 3", "= 4"));
        }
        text
    }

    fn glob(&self, patterns: &[&str]) -> Result<Vec<String>, String> {
        self.0.borrow().glob(patterns)
    }
}

#[test]
fn an_edit_while_it_is_compiled_is_seen_by_the_next_run() {
    let loader = Edited(RefCell::new(Memory(files())));
    let (_, bytes) = platform_or_kept(&loader, None);
    assert!(take(&loader, &bytes.unwrap()).is_none());
}

fn similar_asserted(a: &str, b: &str) {
    let differs = a.lines().zip(b.lines()).find(|(a, b)| a != b);
    assert_eq!(differs, None);
    assert_eq!(a.len(), b.len());
}

#[test]
fn an_edit_a_new_file_and_a_lost_one_are_seen() {
    let (_, bytes) = kept(&files());
    let taken = |files: &BTreeMap<String, String>| take(&Memory(files.clone()), &bytes).is_some();
    assert!(taken(&files()));
    for path in files().keys() {
        let mut edited = files();
        edited.get_mut(path).unwrap().push('\n');
        assert!(!taken(&edited), "{path}");
        edited.remove(path);
        assert!(!taken(&edited), "{path}");
    }
    let mut more = files();
    more.insert("promises/more.promise".into(), PROMISE.replace("promise page", "promise more"));
    assert!(!taken(&more));
    let mut beside = files();
    beside.insert("README.md".into(), "nobody reads it".into());
    assert!(taken(&beside));
}

#[test]
fn bytes_that_are_damaged_are_none() {
    let (_, bytes) = kept(&files());
    let loader = Memory(files());
    for at in 0..bytes.len() {
        let mut damaged = bytes.clone();
        damaged[at] ^= 1 << (at % 8);
        assert!(take(&loader, &damaged).is_none(), "byte {at}");
    }
    for length in 0..bytes.len() {
        assert!(take(&loader, &bytes[..length]).is_none(), "{length} bytes");
    }
}

#[test]
fn what_another_build_kept_is_none() {
    let (_, bytes) = kept(&files());
    let at = bytes.windows(BUILD.len()).position(|w| w == BUILD.as_bytes()).unwrap();
    let mut bytes = bytes;
    bytes[at] = if bytes[at] == b'0' { b'1' } else { b'0' };
    let digest = Sha256::digest(&bytes[DIGEST..]);
    bytes[..DIGEST].copy_from_slice(&digest);
    assert!(take(&Memory(files()), &bytes).is_none());
}

#[test]
fn what_has_errors_is_not_kept_and_what_has_warnings_is_told_again() {
    let mut wrong = files();
    wrong.insert("promises/wrong.promise".into(), "promise wrong {".into());
    assert!(platform_or_kept(&Memory(wrong), None).1.is_none());
    let mut warned = files();
    warned.insert("promises.dsl".into(), PLATFORM.replace("crds/*.yaml", "nothing/*.yaml"));
    let (compiled, bytes) = kept(&warned);
    assert!(!compiled.diagnostics.is_empty());
    let (taken, _) = platform_or_kept(&Memory(warned), Some(&bytes));
    assert_eq!(taken.diagnostics, compiled.diagnostics);
}
