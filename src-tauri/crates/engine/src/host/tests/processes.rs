//! Two processes on one folder: this test binary runs itself again as the other one.

use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::process::{Child, ChildStdout, Command, Stdio};

use super::*;

/// Another process in a role of [`role_of_another_process`]; it is killed when the test ends.
struct Other {
    child: Child,
    output: BufReader<ChildStdout>,
}

impl Other {
    fn start(role: &str, folder: &Path) -> Self {
        Self::start_command(Command::new(std::env::current_exe().unwrap()), role, folder)
    }

    fn start_command(mut command: Command, role: &str, folder: &Path) -> Self {
        let mut child = command
            .args(["--exact", "host::tests::processes::role_of_another_process", "--ignored", "--nocapture"])
            .env("PURSER_TEST_ROLE", role)
            .env("PURSER_TEST_FOLDER", folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        Self { child, output }
    }

    /// Waits for a line that begins with the word, and returns the rest of it.
    fn says(&mut self, word: &str) -> String {
        let mut all = String::new();
        loop {
            let start = all.len();
            assert!(self.output.read_line(&mut all).unwrap() > 0, "no {word} in:\n{all}");
            // The test harness may print on the same line before us.
            if let Some((_, rest)) = all[start..].split_once(word) {
                return rest.trim().to_owned();
            }
        }
    }

    /// Ends it in the ordinary way.
    fn quit(mut self) {
        drop(self.child.stdin.take());
        let status = self.child.wait().unwrap();
        let mut rest = String::new();
        self.output.read_to_string(&mut rest).unwrap();
        assert!(status.success(), "{rest}");
    }

    /// `kill -9`.
    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Other {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
#[ignore = "run by other tests as a second process"]
fn role_of_another_process() {
    let Some(role) = std::env::var_os("PURSER_TEST_ROLE") else {
        println!("skipped: this is the other half of other tests");
        return;
    };
    let folder = PathBuf::from(std::env::var_os("PURSER_TEST_FOLDER").unwrap());
    match role.to_str().unwrap() {
        "owner" => {
            let (_lock, _server) = owner(&folder);
            say("ready");
            wait_for_the_parent();
        }
        "client" => {
            let mut connection = Connection::open(&folder).unwrap();
            let reply = connection.call(&call("echo", json!("from outside"))).unwrap().unwrap();
            say(&format!("reply {}", reply["input"].as_str().unwrap()));
        }
        "seeker" => {
            let seat = acquire_or_connect_within(&folder, LONG).unwrap();
            say(match seat {
                Seat::Owner(_) => "seat owner",
                Seat::Client(_) => "seat client",
            });
            wait_for_the_parent();
        }
        "stranger" => {
            let outcome = match crate::host::socket::connect(&folder) {
                Err(HostError::StrangeOwner { .. }) => "owner is strange".to_owned(),
                other => format!("{:?}", other.map(drop)),
            };
            say(&format!("client says {outcome}"));
            say(&format!("owner says {}", speak_to(&folder.join(SOCKET_FILE))));
        }
        other => panic!("no role {other}"),
    }
}

fn say(line: &str) {
    println!("{line}");
    std::io::stdout().flush().unwrap();
}

/// Until the parent closes our input, or dies.
fn wait_for_the_parent() {
    let mut rest = Vec::new();
    std::io::stdin().read_to_end(&mut rest).unwrap();
}

/// Greets an owner without looking who it is, and returns how many bytes it answers.
fn speak_to(socket: &Path) -> String {
    let mut stream = match std::os::unix::net::UnixStream::connect(socket) {
        Ok(stream) => stream,
        Err(error) => return format!("no connection: {error}"),
    };
    stream.set_read_timeout(Some(Duration::from_secs(3))).unwrap();
    let hello = format!(r#"{{"hello":{{"protocol":{PROTOCOL},"version":"{VERSION}"}}}}"#);
    let mut bytes = u32::try_from(hello.len()).unwrap().to_be_bytes().to_vec();
    bytes.extend_from_slice(hello.as_bytes());
    // The owner may close before it reads, then writing fails and that is its answer.
    let _ = stream.write_all(&bytes);
    let mut answer = Vec::new();
    // Closing before it has read our greeting shows here as a reset, which is a goodbye as well.
    let waited = stream.read_to_end(&mut answer).is_err_and(|error| error.kind() == ErrorKind::WouldBlock);
    format!("{} bytes, {}", answer.len(), if waited { "and listens on" } else { "goodbye" })
}

#[test]
fn another_process_cannot_own_the_folder_and_talks_to_its_owner() {
    let (_parent, folder) = folder();
    let mut other = Other::start("owner", &folder);
    other.says("ready");
    let held = FolderLock::acquire(&folder).unwrap_err();
    assert!(matches!(held, HostError::Held { .. }), "{held:?}");
    let mut connection = Connection::open(&folder).unwrap();
    assert_eq!(connection.call(&call("echo", json!(7))).unwrap().unwrap()["input"], json!(7));
    other.quit();
    assert!(!folder.join(SOCKET_FILE).exists(), "an owner that quits takes its socket along");
    FolderLock::acquire(&folder).expect("it has quit");
}

#[test]
fn this_process_serves_a_client_in_another() {
    let (_parent, folder) = folder();
    let (_lock, _server) = owner(&folder);
    let mut other = Other::start("client", &folder);
    assert_eq!(other.says("reply "), "from outside");
    other.quit();
}

#[test]
fn killing_the_owner_frees_the_folder_and_the_next_owner_replaces_its_socket() {
    let (_parent, folder) = folder();
    let mut other = Other::start("owner", &folder);
    other.says("ready");
    let mut connection = Connection::open(&folder).unwrap();
    let calling = std::thread::spawn(move || connection.call(&call("until_cancelled", Value::Null)));
    std::thread::sleep(Duration::from_millis(100));
    other.kill();
    let gone = calling.join().unwrap().unwrap_err();
    assert!(matches!(&gone, HostError::OwnerGone { method } if method == "until_cancelled"), "{gone:?}");
    assert!(gone.to_string().contains("outcome is unknown"), "{gone}");

    assert!(folder.join(SOCKET_FILE).exists(), "a killed owner leaves its socket");
    let nobody = Connection::open(&folder).unwrap_err();
    assert!(matches!(nobody, HostError::NotListening { .. }), "{nobody:?}");
    let (_lock, _server) = owner(&folder);
    Connection::open(&folder).unwrap().call(&call("echo", json!(1))).unwrap().unwrap();
}

#[test]
fn a_stopped_owner_is_a_clear_error_in_bounded_time_and_serves_again_when_it_goes_on() {
    let (_parent, folder) = folder();
    let mut other = Other::start("owner", &folder);
    other.says("ready");
    let process = rustix::process::Pid::from_child(&other.child);
    rustix::process::kill_process(process, rustix::process::Signal::STOP).unwrap();
    let started = Instant::now();
    let silent = acquire_or_connect_within(&folder, Duration::from_millis(100)).unwrap_err();
    rustix::process::kill_process(process, rustix::process::Signal::CONT).unwrap();
    assert!(matches!(silent, HostError::OwnerSilent { .. }), "{silent:?}");
    assert!(started.elapsed() < LONG, "{:?}", started.elapsed());
    assert!(matches!(acquire_or_connect(&folder).unwrap(), Seat::Client(_)));
    other.quit();
}

#[test]
fn a_program_that_the_owner_started_does_not_keep_the_folder() {
    let (_parent, folder) = folder();
    let (lock, server) = owner(&folder);
    let mut started = Command::new("sleep").arg("60").spawn().unwrap();
    drop((server, lock));
    let free = FolderLock::acquire(&folder);
    started.kill().unwrap();
    started.wait().unwrap();
    free.expect("the lock is not handed down to other programs");
}

#[test]
fn a_waiting_process_takes_over_when_the_owner_quits_or_is_killed() {
    for kill in [false, true] {
        let (_parent, folder) = folder();
        let mut first = Other::start("owner", &folder);
        first.says("ready");
        let mut second = Other::start("seeker", &folder);
        assert_eq!(second.says("seat "), "client", "while there is an owner it is a client");
        if kill {
            first.kill()
        } else {
            first.quit()
        }
        let mut third = Other::start("seeker", &folder);
        assert_eq!(third.says("seat "), "owner", "kill: {kill}");
        assert!(matches!(FolderLock::acquire(&folder), Err(HostError::Held { .. })));
        third.quit();
        second.quit();
    }
}

#[test]
fn of_several_processes_that_start_at_once_exactly_one_owns_the_folder() {
    let (_parent, folder) = folder();
    // Nobody in this race serves, so only one may find a seat at all while it stays.
    let mut seekers: Vec<_> = (0..4).map(|_| Other::start("seeker", &folder)).collect();
    eventually("one owns it", || matches!(FolderLock::acquire(&folder), Err(HostError::Held { .. })));
    // Each ends when it is told to, and then another one comes in.
    for seeker in &mut seekers {
        drop(seeker.child.stdin.take());
    }
    for mut seeker in seekers {
        assert_eq!(seeker.says("seat "), "owner");
        seeker.quit();
    }
}

#[test]
fn another_user_is_refused_by_owner_and_client_even_where_the_files_are_open_to_all() {
    use std::os::unix::process::CommandExt;
    if crate::host::folder::own_user() != 0 {
        println!("skipped: only root can become another user");
        return;
    }
    let (parent, folder) = folder();
    let (_lock, _server) = owner(&folder);
    for (path, mode) in [(parent.path(), 0o711), (&folder, 0o711), (&folder.join(SOCKET_FILE), 0o666)] {
        set_mode(path, mode);
    }
    // The other user may not read this user's build folder.
    let binary = parent.path().join("binary");
    std::fs::copy(std::env::current_exe().unwrap(), &binary).unwrap();
    set_mode(&binary, 0o755);
    let mut command = Command::new(&binary);
    command.uid(65534).gid(65534).current_dir("/");
    let mut stranger = Other::start_command(command, "stranger", &folder);
    assert_eq!(stranger.says("client says "), "owner is strange");
    assert_eq!(stranger.says("owner says "), "0 bytes, goodbye", "not even a greeting");
    stranger.quit();
    Connection::open(&folder)
        .unwrap()
        .call(&call("echo", json!(1)))
        .unwrap()
        .expect("our own user is served");
}
