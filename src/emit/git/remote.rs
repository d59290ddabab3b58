//! A branch of a repository elsewhere: fetched into a bare repository here, worked on, and pushed, never by force.
//!
//! A push may be refused because the branch there has moved, and it may break off so that nobody knows. Both end in a
//! fetch: what the branch there says then is what is told.

use std::cell::Cell;
use std::path::{Path, PathBuf};

use sha1::{Digest, Sha1};

use super::error::GitError;
use super::id::Id;
use super::watch::{Pulse, Stage};

/// How often a server may ask for a key.
const MOST_ASKED: u32 = 3;

/// A branch elsewhere.
#[derive(Clone, Debug)]
pub(super) struct Remote {
    url: String,
    /// The bare repository here.
    pub(super) folder: PathBuf,
    /// `refs/heads/…`.
    branch: String,
}

impl Remote {
    /// The branch `branch` at `url`, with its repository here in a folder of its own below `cache`.
    pub(super) fn open(url: &str, cache: &Path, branch: &str) -> Result<Remote, GitError> {
        let digest: [u8; 20] = Sha1::digest(url.as_bytes()).into();
        let folder = cache.join(format!("{}.git", Id(digest)));
        let remote = Remote { url: url.to_owned(), folder, branch: format!("refs/heads/{branch}") };
        if !remote.folder.join("HEAD").exists() {
            let mut options = git2::RepositoryInitOptions::new();
            options.bare(true).mkpath(true).external_template(false).initial_head("none");
            let made = git2::Repository::init_opts(&remote.folder, &options);
            made.map_err(GitError::git(format!("make a copy in `{}`", remote.folder.display())))?;
        }
        Ok(remote)
    }

    /// Has the branch here be what it is there.
    pub(super) fn fetch(&self, pulse: &Pulse) -> Result<(), GitError> {
        pulse.enter(Stage::Remote);
        let explain = |e: git2::Error| self.unreachable(&e);
        let repository = self.repository()?;
        let mut remote = repository.remote_anonymous(&self.url).map_err(explain)?;
        let there = {
            let callbacks = callbacks(pulse);
            let connection =
                remote.connect_auth(git2::Direction::Fetch, Some(callbacks), None).map_err(explain)?;
            let heads = connection.list().map_err(explain)?;
            heads.iter().any(|h| h.name() == self.branch)
        };
        pulse.beat();
        if !there {
            return match repository.find_reference(&self.branch) {
                Ok(mut stale) => stale.delete().map_err(GitError::git("forget a branch that is gone")),
                Err(_) => Ok(()),
            };
        }
        let mut options = git2::FetchOptions::new();
        options.remote_callbacks(callbacks(pulse)).download_tags(git2::AutotagOption::None);
        options.update_fetchhead(false);
        let spec = format!("+{0}:{0}", self.branch);
        remote.fetch(&[spec.as_str()], Some(&mut options), None).map_err(explain)
    }

    /// Has the branch there be what it is here, if it only goes forward by that.
    pub(super) fn push(&self, pulse: &Pulse) -> Result<(), GitError> {
        pulse.enter(Stage::Remote);
        let explain = |e: git2::Error| self.unreachable(&e);
        let repository = self.repository()?;
        let mut remote = repository.remote_anonymous(&self.url).map_err(explain)?;
        let refused = Cell::new(None);
        let mut callbacks = callbacks(pulse);
        callbacks.push_update_reference(|_, status| {
            refused.set(status.map(str::to_owned));
            Ok(())
        });
        let mut options = git2::PushOptions::new();
        options.remote_callbacks(callbacks).packbuilder_parallelism(1);
        let spec = format!("{0}:{0}", self.branch);
        let pushed = remote.push(&[spec.as_str()], Some(&mut options));
        drop(options);
        pushed.map_err(explain)?;
        match refused.take() {
            None => Ok(()),
            Some(why) => {
                let action = format!("push to `{}`", shown(&self.url));
                Err(GitError::Git { action, message: format!("it was refused there: {why}") })
            }
        }
    }

    /// The repository here, without anybody's configuration: it could lead elsewhere.
    fn repository(&self) -> Result<git2::Repository, GitError> {
        let repository = git2::Repository::open_bare(&self.folder).map_err(GitError::git("open the copy"))?;
        let none = git2::Config::new().map_err(GitError::git("open the copy"))?;
        repository.set_config(&none).map_err(GitError::git("open the copy"))?;
        Ok(repository)
    }

    fn unreachable(&self, e: &git2::Error) -> GitError {
        let message = e.message().replace(&self.url, &shown(&self.url));
        GitError::Git { action: format!("speak to `{}`", shown(&self.url)), message }
    }
}

/// A URL without the password in it.
fn shown(url: &str) -> String {
    match url.split_once("://").and_then(|(scheme, rest)| Some((scheme, rest.split_once('@')?))) {
        Some((scheme, (who, rest))) if !who.contains('/') => {
            format!("{scheme}://{}@{rest}", who.split(':').next().unwrap_or_default())
        }
        _ => url.to_owned(),
    }
}

fn callbacks(pulse: &Pulse) -> git2::RemoteCallbacks<'_> {
    let mut callbacks = git2::RemoteCallbacks::new();
    let mut asked = 0;
    callbacks.credentials(move |_, user, allowed| {
        asked += 1;
        if asked > MOST_ASKED || !allowed.contains(git2::CredentialType::SSH_KEY) {
            return Err(git2::Error::from_str(
                "the server takes none of the keys and passwords that are known",
            ));
        }
        git2::Cred::ssh_key_from_agent(user.unwrap_or("git"))
    });
    callbacks.transfer_progress(|_| {
        pulse.beat();
        true
    });
    callbacks.push_transfer_progress(|_, _, _| pulse.beat());
    callbacks
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn passwords_are_not_shown() {
        assert_eq!(shown("https://sam:hunter2@x.org/a.git"), "https://sam@x.org/a.git");
        assert_eq!(shown("https://x.org/a@b.git"), "https://x.org/a@b.git");
        assert_eq!(shown("ssh://git@x.org/a.git"), "ssh://git@x.org/a.git");
    }
}
