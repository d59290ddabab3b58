//! Documents of which only some is known, and what is in doubt about each.
//!
//! A file `tests/proofs/shapes/*.cases` is sections: `### NAME`, then a document as YAML, then what is in doubt as `#= …`.
//! What is not known of a document is written so:
//!
//! - `$String`, `$String(1..8)`, `$DnsLabel(..52)`, `$Int`, `$Bool`, `$Number`: a value of that type; `$Any`: anything;
//!   `"a-${DnsLabel}-b"`: a text in pieces. `~DnsLabel` was held to be no token by nobody.
//! - `key?: …`: it may be absent. `$rest: …`: other keys may be there, `$rest DnsLabel: …`: keys of that type.
//! - `{ $one: […] }`: one of these. `{ $maybe: … }`, `{ $some: … }`: an item that is there or not, or any number of times.
//! - `{ $yaml: … }`, `{ $json: … }`: this, written as a text.
//! - `$*String`, `$*Any`, `$*rest`: of a tame request.
//!
//! A document without `metadata.labels` has those of its owner. In `pod-security-restricted.cases` the level is `restricted`.
//!
//! `VOW_BLESS=1` writes down what is said now; read the difference before you keep it.

use std::fmt::Write;
use std::path::{Path as FilePath, PathBuf};
use std::sync::Arc;

use super::fits::fits;
use super::quiet::may_be_random;
use super::tame::TAME;
use super::{Quiet, RULES, applies, doubts, part};
use crate::check::resource::OWNERSHIP_LABELS;
use crate::check::types::{Class, Str};
use crate::compile;
use crate::eval::{Engine, Phase};
use crate::known::profile::Profile;
use crate::known::{Count, Field, Form, Hole, Known, List, Object, Piece, Rest, Segment, Text};
use crate::rules::subject::{Facts, Subject};
use crate::source::disk::Disk;
use crate::source::{FileId, Memory};
use crate::value::Value;
use crate::value::yaml;

fn known(value: &Value) -> Known {
    match value {
        Value::Str(text) if text.contains("${") => in_pieces(text),
        Value::Str(text) => text.strip_prefix('$').map_or_else(|| Known::Is(value.clone()), any),
        Value::List(items) => List { segments: items.iter().map(segment).collect() }.known(),
        Value::Map(map) => match map.iter().next() {
            Some((key, Value::List(all))) if &**key == "$one" => {
                Known::OneOf(all.iter().map(known).collect::<Vec<_>>().into())
            }
            Some((key, value)) if &**key == "$yaml" => {
                Known::Text(Arc::new(Text::tree(known(value), Form::Yaml)))
            }
            Some((key, value)) if &**key == "$json" => {
                Known::Text(Arc::new(Text::tree(known(value), Form::Json)))
            }
            _ => object(map),
        },
        _ => Known::Is(value.clone()),
    }
}

/// The document, with labels that tell whose it is if it has none.
fn owned(document: &Value) -> Value {
    let (Value::Map(all), Some(Value::Map(metadata))) = (document, document.get("metadata")) else {
        return document.clone();
    };
    let (mut all, mut metadata) = ((**all).clone(), (**metadata).clone());
    if !metadata
        .keys()
        .any(|key| key.starts_with("labels") || key.starts_with("$rest") || key.starts_with("$*"))
    {
        let labels = OWNERSHIP_LABELS.iter().map(|key| ((*key).into(), Value::str("kratix")));
        metadata.insert("labels".into(), Value::map(labels.collect()));
    }
    all.insert("metadata".into(), Value::map(metadata));
    Value::map(all)
}

fn object(map: &crate::value::Map) -> Known {
    let mut object = Object::default();
    for (key, value) in map {
        let value = known(value);
        if &**key == "$*rest" {
            let any = Object::any(value, Hole::new("other $*rest"));
            let tame = Known::Object(Arc::new(any)).tamed(TAME);
            object.rest = tame.as_object().and_then(|tame| tame.rest.clone());
        } else if let Some(keys) = key.strip_prefix("$rest") {
            let keys = if keys.is_empty() { Profile::ANY } else { Profile::of_type(&text_type(keys.trim())) };
            object.rest = Some(Rest { keys, value, hole: Hole::new(format!("other {key}")) });
        } else {
            let (key, absent) = key.strip_suffix('?').map_or((&**key, false), |key| (key, true));
            object.fields.insert(key.into(), Field { known: value, absent });
        }
    }
    object.known()
}

fn segment(item: &Value) -> Segment {
    let only = item.as_map().and_then(|m| m.iter().next()).map(|(key, value)| (&**key, value));
    match only {
        Some(("$maybe", item)) => Segment { count: Count::Maybe, item: known(item) },
        Some(("$some", item)) => Segment { count: Count::Any, item: known(item) },
        _ => Segment { count: Count::One, item: known(item) },
    }
}

/// Anything of a type.
fn any(ty: &str) -> Known {
    if let Some(ty) = ty.strip_prefix('*') {
        return any(ty).tamed(TAME);
    }
    let hole = Hole::new(ty);
    match ty {
        "Any" => Known::Free(hole),
        "Bool" => Known::Bool(hole),
        "Int" => Known::Int(Default::default(), hole),
        "Number" => Known::Number(hole),
        _ => Known::Text(Arc::new(Text { held: is_name(ty), ..Text::of(&text_type(ty), hole) })),
    }
}

/// What comes from a request is never a token, if its type is that of a name.
fn is_name(ty: &str) -> bool {
    ["DnsLabel", "DnsSubdomain", "Hostname"].iter().any(|name| ty.starts_with(name))
}

fn in_pieces(text: &str) -> Known {
    let mut pieces = vec![];
    for (index, part) in text.split("${").enumerate() {
        let (ty, plain) = if index == 0 { ("", part) } else { part.split_once('}').unwrap() };
        if ty.starts_with('*')
            && let Known::Text(tame) = any(ty)
        {
            pieces.extend(tame.pieces.clone());
        } else if !ty.is_empty() {
            let of = text_type(ty);
            let (profile, hole) = (Profile::of_type(&of), Hole::new(ty));
            pieces.push(Piece::Open(crate::known::Atom { ty: of, profile, held: is_name(ty), hole }));
        }
        if !plain.is_empty() {
            pieces.push(Piece::Plain(plain.into()));
        }
    }
    let profile = pieces.iter().map(Piece::profile).reduce(Profile::then).unwrap();
    Known::Text(Arc::new(Text { pieces, whole: Str::default(), profile, held: false }))
}

/// `String(1..8)`, `DnsLabel`.
fn text_type(ty: &str) -> Str {
    let (name, range) =
        ty.trim_start_matches('~').split_once('(').unwrap_or((ty.trim_start_matches('~'), ".."));
    let (min, max) = range.trim_end_matches(')').split_once("..").unwrap();
    let class = Class::named(name);
    assert!(class.is_some() || name == "String", "`{ty}` is no type");
    Str { class, min: min.parse().ok(), max: max.parse().ok(), ..Str::default() }
}

/// What is in doubt about a document, a line each.
fn told(engine: &Engine, document: &Value) -> String {
    let object = known(&owned(document));
    let part = part(&object);
    let (facts, subject) = (Facts::of(engine.program()), Subject::of(&part));
    let mut out = String::new();
    let others: Vec<&str> = RULES.into_iter().filter(|rule| !applies(rule, subject, facts)).collect();
    if !others.is_empty() {
        let _ = writeln!(out, "#= not {}", others.join(", "));
    }
    for doubt in doubts(&object, &part, facts).found {
        let _ = match doubt.hole {
            Some(hole) => {
                writeln!(out, "#= {}: `{}` {} ({})", doubt.rule, doubt.path, doubt.what, hole.text())
            }
            None => writeln!(out, "#= {} broken at `{}`: {}", doubt.rule, doubt.path, doubt.what),
        };
    }
    if facts.kind(subject).is_some_and(|kind| !fits(&kind.schema, &object)) {
        out.push_str("#= may not fit its kind\n");
    }
    if may_be_random(&object) {
        out.push_str("#= may look random\n");
    }
    out
}

/// The platform of the corpus, with another level in files that say so.
fn engine(file: &FilePath) -> Engine {
    let folder = FilePath::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules");
    let level = if file.to_string_lossy().ends_with("-restricted.cases") { "restricted" } else { "baseline" };
    let read = |f: &str| {
        let text = std::fs::read_to_string(folder.join(f)).unwrap();
        (f.to_owned(), text.replace("pod-security baseline", &format!("pod-security {level}")))
    };
    compile::platform(&Memory(["promises.dsl", "cache.promise"].map(read).into())).engine.unwrap()
}

/// The handle of a node tells whether anything is ever said of its documents.
#[test]
fn what_needs_no_look_is_what_its_handle_says() {
    let folder = FilePath::new(env!("CARGO_MANIFEST_DIR")).join("tests/proofs/quiet");
    let compiled = compile::platform(&Disk::open(&folder).unwrap());
    let engine = compiled.engine.unwrap_or_else(|| panic!("{:#?}", compiled.diagnostics));
    let mut count = [0, 0];
    for promise in &engine.program().promises {
        let Quiet { always, tame } = Quiet::of(&engine, promise);
        let tame = tame.map_or_else(|| always.clone(), |(_, tame)| tame);
        for (phase, always, tame) in
            [(Phase::Render, always.render, tame.render), (Phase::Delete, always.delete, tame.delete)]
        {
            let nodes = engine.nodes(&promise.name, phase);
            assert_eq!(nodes.len(), always.len(), "{}", promise.name);
            for (node, (always, tame)) in nodes.iter().zip(always.iter().zip(&*tame)) {
                let handle = node.id.split_once(':').map_or("", |(_, handle)| handle);
                let wanted = [handle.starts_with("quiet_"), !handle.starts_with("loud_")];
                assert_eq!([*always, *tame], wanted, "{}: {}", promise.name, node.id);
                count[usize::from(*always)] += 1;
            }
        }
    }
    assert_eq!(count, [9, 7]);
}

fn files() -> Vec<PathBuf> {
    let folder = FilePath::new(env!("CARGO_MANIFEST_DIR")).join("tests/proofs/shapes");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    files.sort();
    files
}

#[test]
fn what_is_in_doubt_is_what_is_written_down() {
    let bless = std::env::var_os("VOW_BLESS").is_some();
    let mut wrong = vec![];
    for file in files() {
        let engine = engine(&file);
        let text = std::fs::read_to_string(&file).unwrap();
        let mut parts = text.split("\n### ");
        let mut blessed = parts.next().unwrap().to_owned();
        for section in parts {
            let (name, rest) = section.split_once('\n').unwrap();
            let (expected, body): (Vec<&str>, Vec<&str>) =
                rest.trim_end().lines().partition(|l| l.starts_with("#="));
            let nodes = yaml::read(FileId::default(), &body.join("\n")).expect(name);
            let told = told(&engine, &nodes[0].to_value());
            let _ = write!(blessed, "\n### {name}\n{}\n{told}", body.join("\n").trim_end());
            if told.lines().ne(expected.iter().copied()) && !bless {
                wrong.push(format!("{name}: expected\n{}\nfound\n{told}", expected.join("\n")));
            }
        }
        if bless {
            std::fs::write(&file, blessed).unwrap();
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// Most requests say nothing but plain words, and then no rule has anything to look at; one text of several words is enough
/// for a look.
#[test]
fn a_vcluster_of_plain_words_needs_no_look() {
    let root = FilePath::new(env!("CARGO_MANIFEST_DIR"));
    let engine = compile::platform(&Disk::open(root).unwrap()).engine.unwrap();
    let promise = engine.program().promise("vcluster-orchestrator").unwrap();
    let quiet = Quiet::of(&engine, promise);
    for (file, loud) in [("dev-minimal", 0), ("prod-vip", 0), ("strict-overrides", 4)] {
        let text = std::fs::read_to_string(root.join("platform/vclusters").join(file).with_extension("yaml"));
        let nodes = yaml::read(FileId::default(), &text.unwrap()).unwrap();
        let request = engine.admit(&promise.name, &nodes[0].to_value()).unwrap();
        let nodes = engine.nodes(&promise.name, Phase::Render);
        let marks = quiet.for_request(&request).render.clone();
        let looked_at =
            nodes.iter().zip(&*marks).filter(|(node, quiet)| node.id.starts_with("request:") && !**quiet);
        assert_eq!(looked_at.count(), loud, "{file}");
    }
}
