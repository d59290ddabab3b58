//! A branch elsewhere.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};

use super::*;

#[test]
fn a_branch_elsewhere_is_fetched_and_pushed_to() {
    let dir = tempfile::tempdir().unwrap();
    let there = dir.path().join("there.git");
    let repository = bare(&there);
    let url = format!("file://{}", there.display());
    let mirror = |name: &str| Store::mirror(&url, &dir.path().join(name), "main", false).unwrap();
    let (one, two) = (mirror("one"), mirror("two"));
    put(&one, "a", &[("f", "1")]).unwrap();
    put(&two, "b", &[("f", "2")]).unwrap();
    put(&one, "c", &[("f", "3")]).unwrap();
    assert_eq!(listing(&repository).0, ["a/f=1", "b/f=2", "c/f=3"]);
    assert!(matches!(put(&two, "c", &[("f", "3")]).unwrap(), Outcome::Unchanged { .. }));
    let seen = two.read::<_, GitError>(&mut |_, _| {}, |s| s.files("")).unwrap();
    assert_eq!(seen.len(), 3);
    fs::remove_dir_all(&there).unwrap();
    let error = put(&one, "d", &[("f", "4")]).unwrap_err().to_string();
    assert!(error.starts_with(&format!("cannot speak to `{url}`")), "{error}");
}

#[test]
fn a_push_that_comes_too_late_is_made_again() {
    let dir = tempfile::tempdir().unwrap();
    let there = dir.path().join("there.git");
    let repository = bare(&there);
    let url = format!("file://{}", there.display());
    let mirror = Store::mirror(&url, &dir.path().join("cache"), "main", false).unwrap();
    put(&mirror, "a", &[("f", "1")]).unwrap();
    let mut asked = 0;
    let outcome = mirror.write::<GitError>(&author(), &mut |_, _| {}, move |_| {
        asked += 1;
        if asked < 3 {
            put(&store(&there), &format!("other{asked}"), &[("f", "2")])?;
        }
        let mut edits = Edits::default();
        edits.replace("b", bundle(&[("g", "3")])).unwrap();
        Ok(Draft { edits: edits.into(), message: "m".into() })
    });
    assert!(matches!(outcome.unwrap(), Outcome::Committed { tries: 3, .. }));
    assert_eq!(listing(&repository).0, ["a/f=1", "b/g=3", "other1/f=2", "other2/f=2"]);
}

#[test]
fn a_copy_is_whole_and_what_died_in_it_is_recovered() {
    let dir = tempfile::tempdir().unwrap();
    let there = dir.path().join("the re.git");
    let repository = bare(&there);
    let direct = store(&there);
    put(&direct, "a", &[("f", "1"), ("x/g", "2")]).unwrap();
    put(&direct, "a", &[("f", "3"), ("x/g", "2")]).unwrap();
    let url = format!("file://{}", there.display()).replace(' ', "%20");
    let mirror = || Store::mirror(&url, &dir.path().join("cache"), "main", false).unwrap();
    put(&mirror(), "b", &[("h", "4")]).unwrap();
    let copy = fs::read_dir(dir.path().join("cache")).unwrap().next().unwrap().unwrap().path();
    let copied = git2::Repository::open_bare(&copy).unwrap();
    assert_eq!(listing(&copied), listing(&repository));
    let walk = |repository: &git2::Repository| {
        let mut walk = repository.revwalk().unwrap();
        walk.push_ref("refs/heads/main").unwrap();
        walk.count()
    };
    assert_eq!((walk(&copied), walk(&repository)), (3, 3));
    // A fetch that was killed, and a commit that was never pushed.
    put(&store(&copy), "lost", &[("f", "5")]).unwrap();
    for lock in ["refs/heads/main.lock", "packed-refs.lock"] {
        fs::write(copy.join(lock), "").unwrap();
    }
    put(&mirror(), "c", &[("i", "6")]).unwrap();
    assert_eq!(listing(&repository).0, ["a/f=3", "a/x/g=2", "b/h=4", "c/i=6"]);
    assert_eq!(left_behind(&there), [""; 0]);
    // A branch that goes, and one that somebody sees as files.
    repository.find_reference("refs/heads/main").unwrap().delete().unwrap();
    let seen = mirror().read::<_, GitError>(&mut |_, _| {}, |s| Ok(s.tip().is_none())).unwrap();
    assert!(seen);
    let tree = dir.path().join("tree");
    let options = &mut git2::RepositoryInitOptions::new();
    git2::Repository::init_opts(&tree, options.initial_head("main").external_template(false)).unwrap();
    let url = format!("file://{}", tree.display());
    let files = Store::mirror(&url, &dir.path().join("cache"), "main", false).unwrap();
    let error = put(&files, "a", &[("f", "1")]).unwrap_err().to_string();
    assert!(error.contains("cannot speak to") && error.contains("checked out"), "{error}");
    assert!(!tree.join(".git/refs/heads/main").exists());
}

/// A server that speaks Git's protocol so far that it tells that there is no branch, `fetches` times; whatever else it is
/// asked, it never answers, and it never hangs up.
fn hanging(fetches: usize) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("git://{}/state.git", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let mut open: Vec<TcpStream> = vec![];
        for (number, stream) in listener.incoming().enumerate() {
            let mut stream = stream.unwrap();
            let mut asked = [0; 1024];
            let length = stream.read(&mut asked).unwrap();
            let is_fetch = String::from_utf8_lossy(&asked[..length]).contains("git-upload-pack");
            if is_fetch && number < fetches {
                stream.write_all(b"0000").unwrap();
            }
            open.push(stream);
        }
    });
    url
}

#[test]
fn a_server_that_never_answers_is_given_up() {
    let dir = tempfile::tempdir().unwrap();
    for (fetches, ending) in [
        (0, "nothing was sent to `URL`"),
        (1, "whether `URL` has the commit is not known: look at the branch there before you try again"),
    ] {
        let url = hanging(fetches);
        let store = Store::mirror(&url, dir.path(), "main", false).unwrap().impatient(2);
        let error = put(&store, "a", &[("f", "1")]).unwrap_err();
        let doing = "reading or writing the repository took too long while speaking to the remote repository";
        let said = format!("{doing}, and was given up; {}", ending.replace("URL", &url));
        assert_eq!(error.to_string(), said);
        assert!(matches!(error, GitError::Stuck { .. }));
    }
}
