//! Names this build by what it is made of: what one build keeps of a compiled platform means nothing to another.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hasher};
use std::path::{Path, PathBuf};
use std::{fs, io};

fn main() -> io::Result<()> {
    let mut files = BTreeSet::new();
    for place in ["src", "grammar", "stdlib", "Cargo.toml", "Cargo.lock"] {
        // Where something is not there, cargo would run this each time.
        if Path::new(place).exists() {
            println!("cargo:rerun-if-changed={place}");
        }
        gather(Path::new(place), &mut files)?;
    }
    let mut hasher = DefaultHasher::new();
    for file in files {
        let bytes = fs::read(&file)?;
        hasher.write(file.to_string_lossy().as_bytes());
        hasher.write_usize(bytes.len());
        hasher.write(&bytes);
    }
    println!("cargo:rustc-env=VOW_BUILD={:016x}", hasher.finish());
    Ok(())
}

fn gather(place: &Path, files: &mut BTreeSet<PathBuf>) -> io::Result<()> {
    if !place.is_dir() {
        // The lock file does not travel with every form of the source.
        files.extend(place.is_file().then(|| place.to_path_buf()));
        return Ok(());
    }
    fs::read_dir(place)?.try_for_each(|entry| gather(&entry?.path(), files))
}
