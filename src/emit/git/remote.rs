//! A branch of a repository elsewhere: fetched into a bare repository here, worked on, and pushed, never by force.
//!
//! A push may be refused because the branch there has moved, and it may break off so that nobody knows. Both end in a
//! fetch: what the branch there says then is what is told.

use std::cell::Cell;
use std::fs;
use std::path::{Path, PathBuf};

use sha1::{Digest, Sha1};

use super::error::GitError;
use super::id::Id;
use super::object::Objects;
use super::place::Place;
use super::refs::Branch;
use super::store::Store;
use super::transfer::transfer;
use super::watch::{Pulse, Stage};

/// How often a server may ask for a key.
const MOST_ASKED: u32 = 3;

/// A password, or a token in its place, for a repository that is reached by `https`. It is shown nowhere.
#[derive(Clone)]
pub struct Token(String);

impl Token {
    /// As it is given.
    pub fn new(text: impl Into<String>) -> Token {
        Token(text.into())
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(…)")
    }
}

/// A branch elsewhere.
#[derive(Clone, Debug)]
pub(super) struct Remote {
    url: String,
    /// The bare repository here.
    pub(super) folder: PathBuf,
    /// `refs/heads/…`.
    branch: String,
    /// The repository of a `file://` URL.
    local: Option<PathBuf>,
    /// What is told to a server that asks who we are.
    token: Option<Token>,
}

impl Remote {
    /// The branch `branch` at `url`, with its repository here in a folder of its own below `cache`.
    pub(super) fn open(url: &str, cache: &Path, branch: &str) -> Result<Remote, GitError> {
        let digest: [u8; 20] = Sha1::digest(url.as_bytes()).into();
        let folder = cache.join(format!("{}.git", Id(digest)));
        let local = url.strip_prefix("file://").map(|path| PathBuf::from(decoded(path)));
        let branch = format!("refs/heads/{branch}");
        let remote = Remote { url: url.to_owned(), folder, branch, local, token: None };
        if !remote.folder.join("HEAD").exists() {
            remote.make(cache)?;
        }
        Ok(remote)
    }

    pub(super) fn with_token(self, token: Option<Token>) -> Remote {
        Remote { token, ..self }
    }

    /// Makes the repository here; it is there whole or not at all.
    fn make(&self, cache: &Path) -> Result<(), GitError> {
        fs::create_dir_all(cache).map_err(GitError::io("make", cache))?;
        let part = tempfile::Builder::new().prefix("part").tempdir_in(cache);
        let part = part.map_err(GitError::io("make a folder in", cache))?;
        let mut options = git2::RepositoryInitOptions::new();
        options.bare(true).external_template(false).initial_head("none");
        let made = git2::Repository::init_opts(part.path(), &options);
        made.map_err(GitError::git(format!("make a copy in `{}`", self.folder.display())))?;
        match fs::rename(part.path(), &self.folder) {
            // Another vow was faster.
            Err(_) if self.folder.join("HEAD").exists() => Ok(()),
            made => made.map_err(GitError::io("make", &self.folder)),
        }
    }

    /// The name of the branch, without `refs/heads/`.
    fn short(&self) -> &str {
        self.branch.strip_prefix("refs/heads/").unwrap_or(&self.branch)
    }

    /// The URL, as it may be shown.
    pub(super) fn shown(&self) -> String {
        shown(&self.url)
    }

    /// The repository there, if it is one of this machine: its own branch can be compared and swapped.
    pub(super) fn there(&self, may_break: bool) -> Option<Result<Store, GitError>> {
        let opened = Store::open(self.local.as_deref()?, self.short(), may_break);
        Some(opened.map_err(|e| self.not_there(&e)))
    }

    fn not_there(&self, e: &GitError) -> GitError {
        GitError::Git { action: format!("speak to `{}`", self.shown()), message: e.to_string() }
    }

    /// Removes locks that a fetch left when it died. Only for whoever holds the lock of all writers here, where nobody else writes.
    fn clean(&self) {
        let walk = walkdir::WalkDir::new(self.folder.join("refs")).into_iter().filter_map(Result::ok);
        let locks =
            walk.map(|e| e.path().to_path_buf()).filter(|p| p.extension().is_some_and(|e| e == "lock"));
        let others = ["packed-refs.lock", "HEAD.lock", "config.lock", "FETCH_HEAD.lock"];
        for lock in locks.chain(others.map(|name| self.folder.join(name))) {
            // What cannot be removed is told by whoever needs it.
            let _ = fs::remove_file(lock);
        }
    }

    /// Has the branch here be what it is there.
    pub(super) fn fetch(&self, pulse: &Pulse) -> Result<(), GitError> {
        self.clean();
        pulse.enter(Stage::Remote);
        if let Some(local) = &self.local {
            return self.fetch_local(local, pulse);
        }
        let explain = |e: git2::Error| self.unreachable(&e);
        let repository = self.repository()?;
        let mut remote = repository.remote_anonymous(&self.url).map_err(explain)?;
        let there = {
            let callbacks = callbacks(pulse, self.token.clone());
            let connection =
                remote.connect_auth(git2::Direction::Fetch, Some(callbacks), None).map_err(explain)?;
            let heads = connection.list().map_err(explain)?;
            heads.iter().any(|h| h.name() == self.branch)
        };
        pulse.beat();
        if !there {
            return self.forget();
        }
        let mut options = git2::FetchOptions::new();
        options
            .remote_callbacks(callbacks(pulse, self.token.clone()))
            .download_tags(git2::AutotagOption::None);
        options.update_fetchhead(false);
        let spec = format!("+{0}:{0}", self.branch);
        remote.fetch(&[spec.as_str()], Some(&mut options), None).map_err(explain)
    }

    /// From a repository of this machine.
    fn fetch_local(&self, local: &Path, pulse: &Pulse) -> Result<(), GitError> {
        let short = self.short();
        let place = Place::find(local).and_then(|place| place.check_writable().map(|()| place));
        let place = place.map_err(|e| self.not_there(&e))?;
        let Some(tip) = Branch::new(&place.common, short)?.read()? else { return self.forget() };
        let here = Branch::new(&self.folder, short)?;
        let old = here.read()?;
        if old == Some(tip) {
            return Ok(());
        }
        let from = Objects::open(place.common.join("objects"))?.with_large();
        let to = Objects::open(self.folder.join("objects"))?;
        // Whatever is in this copy came with all before it.
        let kept = transfer(&from, to.folder(), tip, |id| to.holds(id), pulse)?;
        here.clean()?;
        let swapped = here.swap(old, tip, true, pulse);
        drop(kept);
        swapped.map(drop)
    }

    /// Has no branch be here: there is none there.
    fn forget(&self) -> Result<(), GitError> {
        match self.repository()?.find_reference(&self.branch) {
            Ok(mut stale) => stale.delete().map_err(GitError::git("forget a branch that is gone")),
            Err(_) => Ok(()),
        }
    }

    /// Has the branch there be what it is here, if it only goes forward by that.
    pub(super) fn push(&self, pulse: &Pulse) -> Result<(), GitError> {
        pulse.enter(Stage::Remote);
        let explain = |e: git2::Error| self.unreachable(&e);
        let repository = self.repository()?;
        let mut remote = repository.remote_anonymous(&self.url).map_err(explain)?;
        let refused = Cell::new(None);
        let mut callbacks = callbacks(pulse, self.token.clone());
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

/// The path of a URL: `%20` stands for a blank.
fn decoded(path: &str) -> String {
    let mut out = vec![];
    let mut rest = path.as_bytes();
    while let Some((first, more)) = rest.split_first() {
        let pair = more.get(..2).and_then(|pair| std::str::from_utf8(pair).ok());
        match pair.filter(|_| *first == b'%').and_then(|pair| u8::from_str_radix(pair, 16).ok()) {
            Some(byte) => {
                out.push(byte);
                rest = more.get(2..).unwrap_or_default();
            }
            None => {
                out.push(*first);
                rest = more;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
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

fn callbacks(pulse: &Pulse, token: Option<Token>) -> git2::RemoteCallbacks<'_> {
    let mut callbacks = git2::RemoteCallbacks::new();
    let mut asked = 0;
    callbacks.credentials(move |_, user, allowed| {
        asked += 1;
        answer(asked, user.unwrap_or("git"), allowed, token.as_ref())
    });
    callbacks.transfer_progress(|_| {
        pulse.beat();
        true
    });
    callbacks.push_transfer_progress(|_, _, _| pulse.beat());
    callbacks
}

/// Who we say we are when a server asks.
fn answer(
    asked: u32,
    user: &str,
    allowed: git2::CredentialType,
    token: Option<&Token>,
) -> Result<git2::Cred, git2::Error> {
    let plain = allowed.contains(git2::CredentialType::USER_PASS_PLAINTEXT);
    match token {
        // Before a token: a server that is reached by `ssh` may take passwords as well, and the token is none of its.
        _ if allowed.contains(git2::CredentialType::SSH_KEY) && asked <= MOST_ASKED => {
            git2::Cred::ssh_key_from_agent(user)
        }
        // A server that does not take it the first time never will.
        Some(Token(token)) if plain && asked == 1 => git2::Cred::userpass_plaintext(user, token),
        None if plain && asked == 1 => Err(git2::Error::from_str(
            "the server asks for a password or a token, and none is known; give it in the variable `VOW_GIT_TOKEN`",
        )),
        _ => Err(git2::Error::from_str("the server takes none of the keys and passwords that are known")),
    }
}

#[cfg(test)]
mod tests {
    use git2::CredentialType;

    use super::{Token, answer, decoded, shown};

    #[test]
    fn a_token_is_told_once_and_to_whoever_asks_for_one() {
        let token = Token::new("hunter2");
        let plain = CredentialType::USER_PASS_PLAINTEXT;
        let told = answer(1, "git", plain, Some(&token)).unwrap();
        assert_eq!(told.credtype(), plain.bits());
        let again = answer(2, "git", plain, Some(&token)).err().unwrap();
        assert!(again.message().contains("takes none"), "{again}");
        let unknown = answer(1, "git", plain, None).err().unwrap();
        assert!(unknown.message().contains("`VOW_GIT_TOKEN`"), "{unknown}");
        for known in [None, Some(&token)] {
            let by_ssh = answer(1, "git", plain | CredentialType::SSH_KEY, known).unwrap();
            assert_eq!(by_ssh.credtype(), CredentialType::SSH_KEY.bits());
        }
        let other = answer(1, "git", CredentialType::DEFAULT, Some(&token)).err().unwrap();
        assert!(!format!("{other} {token:?}").contains("hunter2"));
    }

    #[test]
    fn paths_of_urls_are_decoded() {
        assert_eq!(decoded("/a%20b/%c3%A9/100%/%zz"), "/a b/é/100%/%zz");
    }

    #[test]
    fn passwords_are_not_shown() {
        assert_eq!(shown("https://sam:hunter2@x.org/a.git"), "https://sam@x.org/a.git");
        assert_eq!(shown("https://x.org/a@b.git"), "https://x.org/a@b.git");
        assert_eq!(shown("ssh://git@x.org/a.git"), "ssh://git@x.org/a.git");
    }
}
