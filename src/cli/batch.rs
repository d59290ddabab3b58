//! Many requests on all cores, in their order, without holding them: what has passed is spooled until all has passed, and
//! written then. A thousandth request that is refused still leaves nothing behind.

use std::io::{Read, Seek, Write};

use indicatif::ProgressBar;
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use super::exit::Failure;
use crate::compile::batch::judged;
use crate::compile::requests::Depth;
use crate::rules::{Judged, Owners, Stream};
use crate::source::disk::RequestFile;

/// From so many files on it pays.
pub(super) const MANY: usize = 64;
/// How many files are at hand at once.
const AT_ONCE: usize = 512;
/// How much is held in memory before it goes to a temporary file.
const IN_MEMORY: usize = 8 << 20;
/// How much stack a worker gets: as much as the work of one request.
const STACK_BYTES: usize = 64 << 20;

/// The documents of all requests, from their start; `None` if there is anything to say about any of them.
///
/// # Errors
/// If there are no threads, or there is no room for what has passed.
pub(super) fn render(
    stream: &Stream,
    files: &[RequestFile],
    depth: Depth,
    progress: &ProgressBar,
) -> Result<Option<impl Read + use<>>, Failure> {
    let pool = rayon::ThreadPoolBuilder::new().stack_size(STACK_BYTES).build();
    let pool = pool.map_err(|e| Failure::Outside(format!("no threads can be started: {e}")))?;
    let mut spool = tempfile::spooled_tempfile(IN_MEMORY);
    let mut owners = Owners::default();
    let one = |file: &RequestFile| judged(stream, &file.name, file.read().ok()?, depth);
    for some in files.chunks(AT_ONCE) {
        let all: Vec<Option<Vec<Judged>>> = pool.install(|| some.par_iter().map(one).collect());
        for judged in all {
            let Some(judged) = judged else { return Ok(None) };
            for request in judged {
                let Some(text) = owners.pass(request) else { return Ok(None) };
                spool.write_all(text.as_bytes()).map_err(|e| held(&e))?;
            }
        }
        progress.inc(some.len() as u64);
    }
    progress.finish_and_clear();
    spool.rewind().map_err(|e| held(&e))?;
    Ok(Some(spool))
}

fn held(e: &std::io::Error) -> Failure {
    Failure::Outside(format!("the output cannot be held in a temporary file: {}", e.kind()))
}
