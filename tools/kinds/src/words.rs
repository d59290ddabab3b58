//! The fields that take one of a few words: `enums.txt`, held against the prose of the API description.

use std::collections::BTreeMap;
use std::error::Error;

const TEXT: &str = include_str!("../enums.txt");

/// The words of fields such as `core/v1.Container.imagePullPolicy`; each is taken out when it is used.
pub struct Words(BTreeMap<&'static str, Vec<&'static str>>);

impl Words {
    pub fn load() -> Words {
        let lines = TEXT.lines().filter(|l| !l.starts_with('#'));
        Words(
            lines
                .filter_map(|l| l.split_once(' '))
                .map(|(f, words)| (f, words.split(' ').collect()))
                .collect(),
        )
    }

    /// The type of the field, given its type without words, if it has words.
    pub fn take(&mut self, field: &str, ty: &str, prose: &str) -> Result<Option<String>, Box<dyn Error>> {
        let Some(words) = self.0.remove(field) else { return Ok(None) };
        if let Some(word) = words.iter().find(|w| !stands_in(w, prose)) {
            return Err(format!("`{word}` does not stand in the prose of {field}").into());
        }
        let one: Vec<String> = words.iter().map(|w| format!("\"{w}\"")).collect();
        match ty {
            "string" => Ok(Some(one.join("|"))),
            "[string]" => Ok(Some(format!("[{}]", one.join("|")))),
            _ => Err(format!("{field} is no text").into()),
        }
    }

    /// Checks that every line was of use.
    pub fn finish(self) -> Result<(), Box<dyn Error>> {
        match self.0.keys().next() {
            Some(field) => Err(format!("there is no field {field}").into()),
            None => Ok(()),
        }
    }
}

fn stands_in(word: &str, prose: &str) -> bool {
    let ends = |c: Option<char>| !c.is_some_and(char::is_alphanumeric);
    prose.match_indices(word).any(|(at, _)| {
        let (before, after) = (&prose[..at], &prose[at + word.len()..]);
        ends(before.chars().next_back()) && ends(after.chars().next())
    })
}
