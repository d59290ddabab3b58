//! Many requests, one text at a time: each is read, rendered, judged and forgotten.

use super::requests::{Depth, read};
use crate::rules::{Judged, Stream};
use crate::source::Sources;

/// The requests in a text, rendered and judged; `None` if there is anything to say about any of them, be it a mistake or a
/// warning: [`render_all`](super::requests::render_all) has the words.
pub fn judged(stream: &Stream, name: &str, text: String, depth: Depth) -> Option<Vec<Judged>> {
    let mut sources = Sources::default();
    let file = sources.add(name, text);
    let jobs = read(stream.engine(), &sources, file).ok()?;
    let judged = jobs.iter().map(|job| match job.warnings.is_empty() {
        true => stream.judged(&job.promise, &job.request, depth == Depth::Flow),
        false => None,
    });
    judged.collect()
}
