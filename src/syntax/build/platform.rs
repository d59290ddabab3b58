//! `platform NAME { … }` and its settings.

use super::{Builder, Kids};
use crate::source::Spanned;
use crate::syntax::ast::{Entry, Name, Object, Platform, Setting};
use crate::syntax::grammar::{Pair, Rule};
use crate::syntax::recover::Level;

enum StateEntry {
    Field(Entry),
    Destination(Name, Object),
}

impl Builder<'_> {
    pub(super) fn platform(&mut self, pair: Pair<'_>) -> Option<Platform> {
        let span = self.span(&pair);
        let docs = self.docs(span.start);
        let mut kids = Kids::of(pair);
        let head = kids.next()?;
        let name = match head.as_rule() {
            Rule::platform_head => self.name(Kids::of(head).opt(Rule::name)?),
            _ => self.bad_head(Rule::only_platform_head, &head),
        };
        let settings =
            self.children(Level::Setting, kids.opt(Rule::settings)?, Self::setting, Setting::Error);
        Some(Platform { docs, name, settings, span })
    }

    fn setting(&mut self, pair: Pair<'_>) -> Option<Setting> {
        let span = self.span(&pair);
        let rule = pair.as_rule();
        let mut kids = Kids::of(pair);
        Some(match rule {
            Rule::promises => Setting::Promises(self.texts(&mut kids), span),
            Rule::rules => Setting::Rules(self.texts(&mut kids), span),
            Rule::foreign => Setting::Foreign(self.texts(&mut kids), span),
            Rule::schemas => Setting::Schemas(self.texts(&mut kids), span),
            Rule::values_schema => {
                let file = self.str_lit(kids.opt(Rule::text)?);
                let gvk = self.gvk(&kids.opt(Rule::gvk)?);
                let path = kids.opt(Rule::value_path)?;
                let path = Spanned::new(value_path(path.as_str()), self.span(&path));
                Setting::ValuesSchema { file, gvk, path, span }
            }
            Rule::values => Setting::Values(self.value_fields(kids.opt(Rule::value_fields)?), span),
            Rule::secret_store => {
                let name = self.name(kids.opt(Rule::name)?);
                Setting::SecretStore { name, body: self.object(kids.opt(Rule::object)?), span }
            }
            Rule::pod_security => Setting::PodSecurity(self.name(kids.opt(Rule::name)?), span),
            Rule::host_access => {
                let namespace = self.str_lit(kids.opt(Rule::text)?);
                let because = self.only_text(kids.opt(Rule::because)?)?;
                Setting::HostAccess { namespace, because, span }
            }
            Rule::pipeline_image => Setting::PipelineImage(self.str_lit(kids.opt(Rule::text)?), span),
            Rule::on_bad_input => Setting::OnBadInput(self.name(kids.opt(Rule::name)?), span),
            Rule::state_ => {
                let (body, destinations) = self.state_body(kids.opt(Rule::state_body)?);
                Setting::State { body, destinations, span }
            }
            _ => return None,
        })
    }

    fn state_body(&mut self, pair: Pair<'_>) -> (Object, Vec<(Name, Object)>) {
        let span = self.span(&pair);
        let error = |span| StateEntry::Field(Entry::Error(span));
        let all = self.children(Level::StateEntry, pair, Self::state_entry, error);
        let (mut entries, mut destinations) = (vec![], vec![]);
        for one in all {
            match one {
                StateEntry::Field(entry) => entries.push(entry),
                StateEntry::Destination(name, body) => destinations.push((name, body)),
            }
        }
        (Object { entries, span }, destinations)
    }

    fn state_entry(&mut self, pair: Pair<'_>) -> Option<StateEntry> {
        if pair.as_rule() != Rule::state_dest {
            return self.entry(pair).map(StateEntry::Field);
        }
        let mut kids = Kids::of(pair);
        let name = self.name(kids.opt(Rule::name)?);
        Some(StateEntry::Destination(name, self.object(kids.opt(Rule::object)?)))
    }
}

/// The steps of `spec.a["b.c"]`.
fn value_path(text: &str) -> Vec<String> {
    let mut steps = Vec::new();
    for (i, piece) in text.split('"').enumerate() {
        match i % 2 {
            0 => steps.extend(piece.split(['.', '[', ']']).filter(|s| !s.is_empty()).map(str::to_owned)),
            _ => steps.push(piece.to_owned()),
        }
    }
    steps
}
