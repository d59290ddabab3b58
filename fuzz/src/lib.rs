//! Runs the properties of `tests/properties/held` for libFuzzer.

#[path = "../../tests/properties/held/mod.rs"]
pub mod held;

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, OnceLock};

/// As much stack as the command line gives its work.
const STACK_BYTES: usize = 256 << 20;

type Work = (fn(&str), String);
type Worker = (SyncSender<Work>, Receiver<()>);

/// Holds `property` for `data`, on a thread with as much stack as the command line has; a panic there ends the process.
pub fn hold(property: fn(&str), data: &[u8]) {
    static WORKER: OnceLock<Mutex<Worker>> = OnceLock::new();
    let Ok(text) = std::str::from_utf8(data) else { return };
    let worker = WORKER.get_or_init(|| Mutex::new(start())).lock().unwrap();
    worker.0.send((property, text.to_owned())).unwrap();
    worker.1.recv().unwrap();
}

fn start() -> Worker {
    let (send, work) = sync_channel::<Work>(1);
    let (done, wait) = sync_channel(1);
    let run = move || {
        for (property, text) in work {
            property(&text);
            done.send(()).unwrap();
        }
    };
    std::thread::Builder::new().stack_size(STACK_BYTES).spawn(run).unwrap();
    (send, wait)
}
