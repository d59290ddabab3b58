//! All that a request puts out, as what is compared: its objects, and as files what is none.

use crate::check::program::Program;
use crate::check::workflow::DEFAULT_PIPELINE;
use crate::diff::{Content, Object};
use crate::eval::Rendering;
use crate::value::{Map, Value, yaml};

/// The outputs of a request; their place is its title.
pub(super) fn of(program: &Program, rendering: &Rendering) -> Vec<Object> {
    let Rendering { promise, request, documents, pipeline, destination, files, status, deletion } = rendering;
    let kind = program.promise(promise).and_then(|p| p.api.as_ref()).map_or("", |api| api.kind.as_str());
    let place = format!("{kind}/{} in {}", request.name, request.namespace);
    let text = |path: &str, text: &str| Object {
        place: place.clone(),
        path: path.to_owned(),
        content: Content::Text(text.into()),
        text: None,
    };
    let mut all: Vec<Object> = documents.iter().map(|d| Object::of(&place, d.object.clone())).collect();
    all.extend(files.iter().map(|f| text(&f.path, &f.text)));
    let labels = |labels: &crate::eval::Labels| {
        let each = labels.iter().map(|(k, v)| (k.as_str().into(), Value::str(v.as_str())));
        Value::map(each.collect::<Map>())
    };
    let extra = [
        ("(pipeline)", (pipeline != DEFAULT_PIPELINE).then(|| Value::str(pipeline.as_str()))),
        ("(destination)", Some(labels(&destination.labels())).filter(|l| *l != Value::map(Map::new()))),
        ("(status)", status.clone()),
    ];
    let extra = extra.into_iter().filter_map(|(name, value)| Some((name, value?)));
    all.extend(extra.map(|(name, value)| text(name, &yaml::write(&value))));
    // What is made when it is deleted is no part of what it puts out, and may have the names of what is.
    all.extend(deletion.iter().map(|d| text(&format!("(on delete) {}", d.title()), &yaml::write(&d.object))));
    all
}
