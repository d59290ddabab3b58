//! Puts a set of files somewhere, whole or not at all. Knows no promises, only paths and bytes.

#![expect(clippy::disallowed_methods, reason = "a door: the only writer")]

pub mod bundle;
pub mod folder;
pub mod git;
pub mod name;
pub mod private;

pub use bundle::{Bundle, PathError};
pub use folder::{Change, EmitError, change_folders, sweep, write_folder};
pub use name::file_name;
pub use private::{keep_private, private_folder, private_path};
