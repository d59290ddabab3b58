//! Reads files beneath one folder.
