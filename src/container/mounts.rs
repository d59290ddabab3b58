//! The folders that Kratix gives a container, and what lies in them from before.
//!
//! A container may be killed and started again over what it had written, and others write into the same folders. So a
//! note says what is ours: it is written first, and names everything of ours that may be there. What it does not name is
//! somebody else's and stays.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::output::{Control, Output, ROOT};
use crate::emit::{Bundle, Change, EmitError, PathError, change_folders, sweep};
use crate::eval::Labels;
use crate::source::FileId;
use crate::source::disk::{Disk, DiskError, Why};
use crate::value::{Map, Value, yaml};

/// The folders of a container.
#[derive(Clone, Debug)]
pub struct Mounts {
    /// The object that the pipeline is about.
    pub object: PathBuf,
    /// What is to be applied.
    pub output: PathBuf,
    /// What Kratix is told.
    pub metadata: PathBuf,
}

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum MountError {
    /// The folder cannot be read.
    #[error("{0}")]
    Read(#[from] DiskError),
    /// The folder cannot be written.
    #[error(transparent)]
    Write(#[from] EmitError),
    /// Two containers write the same file, or one that cannot be read: a mistake of whoever put them together.
    #[error("{0}")]
    Clash(String),
}

/// What was done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// How many files there are of ours in the output.
    pub files: usize,
    /// The files of others in the output.
    pub foreign: Vec<String>,
}

pub(super) const STATUS: &str = "status.yaml";
pub(super) const SELECTORS: &str = "destination-selectors.yaml";
pub(super) const CONTROL: &str = "workflow-control.yaml";

/// The note of what is ours. Kratix reads the three files above and no others.
const NOTE: &str = ".vow-written.yaml";

/// What is ours in the folders.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Note {
    /// Paths in the output.
    files: BTreeSet<String>,
    /// Fields of the status.
    status: BTreeSet<String>,
    /// Folders with labels.
    selectors: BTreeSet<String>,
    /// Whether the word to the workflow is ours.
    control: bool,
}

impl Mounts {
    /// The folders below `root`, which is `/` in a container.
    pub fn below(root: &Path) -> Mounts {
        let kratix = root.join("kratix");
        Mounts {
            object: kratix.join("input").join("object.yaml"),
            output: kratix.join("output"),
            metadata: kratix.join("metadata"),
        }
    }

    /// Makes `output` what lies in the folders of ours, whole or not at all, and whatever an earlier run left of ours gone.
    ///
    /// # Errors
    /// If a folder cannot be read or written, or others have written what we would; nothing has changed then.
    pub fn write(&self, output: &Output) -> Result<Written, MountError> {
        sweep(&self.output)?;
        sweep(&self.metadata)?;
        let there = self.note()?;
        let note = Note::of(output);
        let files = files(&self.output)?;
        self.clashes(output, &there, &files)?;
        let metadata = self.metadata(output, &there)?;
        // First of all, what may be ours from now on: should we be killed, the next run knows.
        let both = there.clone().and(&note);
        self.change(&bundle([(NOTE, both.text())])?, &[], None)?;
        let gone: Vec<String> = there.files.difference(&note.files).cloned().collect();
        let kept = metadata.iter().filter_map(|(name, text)| Some((*name, text.clone()?)));
        let unsaid: Vec<String> =
            metadata.iter().filter(|(_, text)| text.is_none()).map(|(name, _)| (*name).to_owned()).collect();
        let told = bundle(kept.chain([(NOTE, note.text())]))?;
        self.change(&told, &unsaid, Some((&output.files, &gone)))?;
        let foreign = files.into_iter().filter(|f| !both.files.contains(f)).collect();
        Ok(Written { files: output.files.len(), foreign })
    }

    /// Takes back that the workflow is to stop, if an earlier run said so. What else lies there stays.
    ///
    /// # Errors
    /// If the folder cannot be read or written; nothing has changed then.
    pub fn withdraw(&self) -> Result<(), MountError> {
        let note = self.note()?;
        if !note.control {
            return Ok(());
        }
        let said = Note { status: BTreeSet::from(["message".to_owned()]), ..Note::default() };
        let status = self.status(&Output::default(), &said)?;
        let left = Note { control: false, status: &note.status - &said.status, ..note };
        let mut unsaid = vec![CONTROL.to_owned()];
        unsaid.extend(status.is_none().then(|| STATUS.to_owned()));
        let told = bundle(status.map(|text| (STATUS, text)).into_iter().chain([(NOTE, left.text())]))?;
        Ok(self.change(&told, &unsaid, None)?)
    }

    fn change(
        &self,
        told: &Bundle,
        unsaid: &[String],
        output: Option<(&Bundle, &[String])>,
    ) -> Result<(), EmitError> {
        let metadata = Change { dir: &self.metadata, write: told, remove: unsaid, public: true };
        let output = output.map(|(write, remove)| Change { dir: &self.output, write, remove, public: true });
        let all: Vec<Change<'_>> = output.into_iter().chain([metadata]).collect();
        change_folders(&all)
    }

    /// What an earlier run noted. A note that cannot be read is none: then all files are somebody else's, and stay.
    fn note(&self) -> Result<Note, MountError> {
        let text = read(&self.metadata, NOTE)?.unwrap_or_default();
        Ok(single(&text).map(|value| Note::read(&value)).unwrap_or_default())
    }

    /// Refuses to write over files of others, unless they say the same.
    fn clashes(&self, output: &Output, note: &Note, files: &[String]) -> Result<(), MountError> {
        for path in files.iter().filter(|path| !note.files.contains(*path)) {
            let ours = output.files.iter().find(|(p, _)| p == path).map(|(_, bytes)| bytes);
            if let Some(bytes) = ours
                && read(&self.output, path).ok().flatten().is_none_or(|text| text.as_bytes() != bytes)
            {
                let why = "is written by another container of this pipeline, too; remove one of the two";
                return Err(MountError::Clash(format!("the file `{path}` of the output {why}")));
            }
        }
        Ok(())
    }

    /// The files that Kratix reads, with what others have written into them; `None` for one that should not be there.
    fn metadata(
        &self,
        output: &Output,
        note: &Note,
    ) -> Result<Vec<(&'static str, Option<String>)>, MountError> {
        let mut all = vec![(STATUS, self.status(output, note)?), (SELECTORS, self.selectors(output, note)?)];
        match &output.control {
            Some(control) => all.push((CONTROL, Some(yaml::write(&control.value())))),
            None if note.control => all.push((CONTROL, None)),
            None => {}
        }
        Ok(all)
    }

    fn status(&self, output: &Output, note: &Note) -> Result<Option<String>, MountError> {
        let mut status = match self.told(STATUS, output)? {
            None => Map::new(),
            Some(Value::Map(map)) => map.iter().map(|(k, v)| (Arc::clone(k), v.clone())).collect(),
            Some(_) => return Err(strange(STATUS, "is no object")),
        };
        status.retain(|key, _| !note.status.contains(&**key) && !output.status.contains_key(key));
        status.extend(output.status.iter().map(|(k, v)| (Arc::clone(k), v.clone())));
        Ok((!status.is_empty()).then(|| yaml::write(&Value::map(status))))
    }

    fn selectors(&self, output: &Output, note: &Note) -> Result<Option<String>, MountError> {
        let mut entries = Vec::new();
        let there = self.told(SELECTORS, output)?;
        let there = match &there {
            None => &[][..],
            Some(list) => list.as_list().ok_or_else(|| strange(SELECTORS, "is no list"))?,
        };
        for entry in there {
            let folder = folder_of(entry);
            let ours = output.selectors.get(&folder).map(|labels| selector(&folder, labels));
            match (note.selectors.contains(&folder), ours) {
                (true, _) => {}
                (false, None) => entries.push(entry.clone()),
                (false, Some(ours)) if ours.get("matchLabels") == entry.get("matchLabels") => {}
                (false, Some(_)) => {
                    let what = format!("has other labels for the folder `{folder}`");
                    return Err(strange(SELECTORS, &what));
                }
            }
        }
        entries.extend(output.selectors.iter().map(|(folder, labels)| selector(folder, labels)));
        Ok((!entries.is_empty()).then(|| yaml::write(&Value::list(entries))))
    }

    /// Whether an earlier run of ours has told the workflow something.
    pub(super) fn has_control(&self) -> Result<bool, MountError> {
        Ok(self.note()?.control)
    }

    /// What others, or we before, have told Kratix in a file.
    fn told(&self, name: &str, output: &Output) -> Result<Option<Value>, MountError> {
        if output.discarded.contains(name) {
            return Ok(None);
        }
        let Some(text) = read(&self.metadata, name)? else { return Ok(None) };
        match single(&text) {
            Ok(Value::Null) => Ok(None),
            Ok(value) => Ok(Some(value)),
            Err(why) => Err(strange(name, &format!("cannot be read: {why}"))),
        }
    }
}

impl Note {
    fn of(output: &Output) -> Note {
        Note {
            files: output.files.iter().map(|(path, _)| path.to_owned()).collect(),
            status: output.status.keys().map(|k| k.to_string()).collect(),
            selectors: output.selectors.keys().cloned().collect(),
            control: output.control.is_some(),
        }
    }

    fn and(mut self, other: &Note) -> Note {
        self.files.extend(other.files.iter().cloned());
        self.status.extend(other.status.iter().cloned());
        self.selectors.extend(other.selectors.iter().cloned());
        self.control |= other.control;
        self
    }

    fn read(value: &Value) -> Note {
        let texts = |key: &str| -> BTreeSet<String> {
            let list = value.get(key).and_then(Value::as_list).unwrap_or_default();
            list.iter().filter_map(Value::as_str).map(str::to_owned).collect()
        };
        // Whoever else can write here must not make us remove what lies elsewhere.
        let mut files = texts("files");
        files.retain(|path| Bundle::default().insert(path, "").is_ok());
        Note {
            files,
            status: texts("status"),
            selectors: texts("selectors"),
            control: value.get("control") == Some(&Value::Bool(true)),
        }
    }

    fn text(&self) -> String {
        let list = |set: &BTreeSet<String>| Value::list(set.iter().map(|t| Value::str(t.as_str())).collect());
        yaml::write(&Value::map(Map::from_iter([
            (Arc::from("files"), list(&self.files)),
            (Arc::from("status"), list(&self.status)),
            (Arc::from("selectors"), list(&self.selectors)),
            (Arc::from("control"), Value::Bool(self.control)),
        ])))
    }
}

impl Control {
    fn value(&self) -> Value {
        let (first, message) = match self {
            Control::Suspend { message } => ((Arc::from("suspend"), Value::Bool(true)), message),
            Control::Retry { seconds, message } => {
                ((Arc::from("retryAfter"), Value::str(format!("{seconds}s"))), message)
            }
        };
        Value::map(Map::from_iter([first, (Arc::from("message"), Value::str(message.as_str()))]))
    }
}

/// An entry of the labels by folder.
fn selector(folder: &str, labels: &Labels) -> Value {
    let labels = labels.iter().map(|(k, v)| (Arc::from(k.as_str()), Value::str(v.as_str()))).collect();
    let mut entry = Map::new();
    if folder != ROOT {
        entry.insert("directory".into(), Value::str(folder));
    }
    entry.insert("matchLabels".into(), Value::map(labels));
    Value::map(entry)
}

/// The folder of an entry, as Kratix reads it.
pub(super) fn folder_of(entry: &Value) -> String {
    let folder = entry.get("directory").and_then(Value::as_str).unwrap_or_default();
    let folder = folder.trim_start_matches("./").trim_end_matches('/');
    if folder.is_empty() { ROOT.to_owned() } else { folder.to_owned() }
}

fn strange(name: &str, what: &str) -> MountError {
    MountError::Clash(format!("`{name}`, which another container of this pipeline wrote, {what}"))
}

fn bundle(files: impl IntoIterator<Item = (&'static str, String)>) -> Result<Bundle, MountError> {
    let mut bundle = Bundle::default();
    for (name, text) in files {
        bundle.insert(name, text).map_err(|e: PathError| MountError::Clash(e.to_string()))?;
    }
    Ok(bundle)
}

/// The one value that a text holds; null if it holds none.
pub(super) fn single(text: &str) -> Result<Value, String> {
    let nodes = yaml::read(FileId::default(), text).map_err(|d| d.message)?;
    match nodes.as_slice() {
        [] => Ok(Value::Null),
        [node] => Ok(node.to_value()),
        more => Err(format!("it holds {} documents", more.len())),
    }
}

/// The text of a file; `None` if it is not there.
pub(super) fn read(folder: &Path, name: &str) -> Result<Option<String>, DiskError> {
    let text = Disk::open(folder).and_then(|disk| disk.read(name));
    match text {
        Ok(text) => Ok(Some(text)),
        Err(DiskError { why: Why::NotFound, .. }) => Ok(None),
        Err(other) => Err(other),
    }
}

/// The paths of all files below a folder, in order; none if it is not there.
pub(super) fn files(folder: &Path) -> Result<Vec<String>, DiskError> {
    match Disk::open(folder) {
        Ok(disk) => disk.every_file(),
        Err(DiskError { why: Why::NotFound, .. }) => Ok(vec![]),
        Err(other) => Err(other),
    }
}
