//! What does not keep to the protocol, and what lies where the socket belongs.

use std::io::{Read, Write};

use interprocess::local_socket::Stream;
use interprocess::local_socket::prelude::*;

use super::*;
use crate::host::socket::connect;

/// A raw connection that says whatever the test wants.
fn raw(folder: &Path) -> Stream {
    connect(folder).unwrap()
}

fn send(stream: &mut Stream, text: &str) {
    stream.write_all(&u32::try_from(text.len()).unwrap().to_be_bytes()).unwrap();
    stream.write_all(text.as_bytes()).unwrap();
}

/// All frames until the owner closes the connection.
fn frames_until_closed(stream: &mut Stream) -> Vec<Value> {
    stream.set_recv_timeout(Some(LONG)).unwrap();
    let mut frames = Vec::new();
    let mut header = [0; 4];
    while stream.read_exact(&mut header).is_ok() {
        let mut body = vec![0; u32::from_be_bytes(header) as usize];
        stream.read_exact(&mut body).unwrap();
        frames.push(serde_json::from_slice(&body).unwrap());
    }
    frames
}

const HELLO: &str = concat!(r#"{"hello":{"protocol":1,"version":""#, env!("CARGO_PKG_VERSION"), r#""}}"#);

fn check_refused(what: impl FnOnce(&mut Stream), code: &str) {
    let (_parent, folder) = folder();
    let limits = Limits { hello: Duration::from_millis(300), ..Limits::default() };
    let (_lock, server) = owner_with(&folder, handler(), limits);
    let mut stream = raw(&folder);
    what(&mut stream);
    let frames = frames_until_closed(&mut stream);
    let last = frames.last().cloned().unwrap_or_default();
    assert_eq!(last["refused"]["code"], json!(code), "{frames:?}");
    eventually("the connection is over", || server.open_connections() == 0);
    Connection::open(&folder).unwrap().call(&call("echo", json!(1))).unwrap().expect("others are served");
}

#[test]
fn a_length_beyond_the_limit_is_refused_without_reading_it() {
    check_refused(
        |stream| {
            send(stream, HELLO);
            stream.write_all(&(16 * 1024 * 1024_u32 + 1).to_be_bytes()).unwrap();
        },
        "too_large",
    );
    check_refused(|stream| stream.write_all(&u32::MAX.to_be_bytes()).unwrap(), "too_large");
    check_refused(|stream| stream.write_all(&(5 * 1024_u32).to_be_bytes()).unwrap(), "too_large");
}

#[test]
fn what_is_no_frame_of_ours_is_refused() {
    check_refused(|stream| send(stream, "not json"), "garbled");
    check_refused(|stream| send(stream, r#"{"call":{"method":"echo","input":1,"context":1}}"#), "garbled");
    check_refused(|stream| send(stream, ""), "garbled");
    let after_hello = |frame: &'static str| {
        move |stream: &mut Stream| {
            send(stream, HELLO);
            send(stream, frame);
        }
    };
    check_refused(after_hello(HELLO), "garbled");
    check_refused(after_hello(r#"{"steal":1}"#), "garbled");
    check_refused(after_hello(r#"{"call":{"method":"echo"}}"#), "garbled");
}

#[test]
fn a_second_call_before_the_first_is_answered_is_refused() {
    check_refused(
        |stream| {
            send(stream, HELLO);
            send(stream, r#"{"call":{"method":"until_cancelled","input":null,"context":null}}"#);
            send(stream, r#"{"call":{"method":"echo","input":null,"context":null}}"#);
        },
        "garbled",
    );
}

#[test]
fn a_client_of_another_version_or_protocol_gets_a_greeting_and_no_work() {
    for hello in [
        format!(r#"{{"hello":{{"protocol":{PROTOCOL},"version":"0.0.1"}}}}"#),
        format!(r#"{{"hello":{{"protocol":{},"version":"{VERSION}"}}}}"#, PROTOCOL + 1),
        format!(r#"{{"hello":{{"protocol":{},"version":"9.9.9","new":["field"]}}}}"#, PROTOCOL + 1),
    ] {
        let (_parent, folder) = folder();
        let worked = Arc::new(std::sync::atomic::AtomicBool::new(false));
        let mark = Arc::clone(&worked);
        let working: Handler = Arc::new(move |_, _| {
            mark.store(true, std::sync::atomic::Ordering::SeqCst);
            Ok(Value::Null)
        });
        let (_lock, server) = owner_with(&folder, working, Limits::default());
        let mut stream = raw(&folder);
        send(&mut stream, &hello);
        // The owner may be gone before this arrives.
        let text = r#"{"call":{"method":"echo","input":null,"context":null}}"#;
        let _ = stream.write_all(&u32::try_from(text.len()).unwrap().to_be_bytes());
        let _ = stream.write_all(text.as_bytes());
        let frames = frames_until_closed(&mut stream);
        assert_eq!(frames, [json!({"hello": {"protocol": PROTOCOL, "version": VERSION}})], "{hello}");
        eventually("the connection is over", || server.open_connections() == 0);
        assert!(!worked.load(std::sync::atomic::Ordering::SeqCst), "{hello}");
    }
}

#[test]
fn a_client_that_does_not_greet_in_time_loses_its_place() {
    check_refused(|_| {}, "garbled");
    check_refused(|stream| stream.write_all(&[0, 0]).unwrap(), "garbled");
}

#[test]
fn a_frame_in_single_bytes_is_put_together() {
    let (_parent, folder) = folder();
    let (_lock, _server) = owner(&folder);
    let mut stream = raw(&folder);
    let text = r#"{"call":{"method":"echo","input":"slow","context":null}}"#;
    send(&mut stream, HELLO);
    let mut bytes = u32::try_from(text.len()).unwrap().to_be_bytes().to_vec();
    bytes.extend_from_slice(text.as_bytes());
    for byte in bytes {
        stream.write_all(&[byte]).unwrap();
        std::thread::sleep(Duration::from_millis(1));
    }
    // A pause longer than the owner's look shows that a part of a frame survives it.
    let half = r#"{"call":{"method":"fail","input":null,"context":null}}"#;
    stream.write_all(&u32::try_from(half.len()).unwrap().to_be_bytes()).unwrap();
    stream.write_all(&half.as_bytes()[..20]).unwrap();
    std::thread::sleep(Duration::from_millis(700));
    stream.write_all(&half.as_bytes()[20..]).unwrap();
    std::thread::sleep(Duration::from_millis(300));
    stream.set_recv_timeout(Some(LONG)).unwrap();
    let mut next = || {
        let mut header = [0; 4];
        stream.read_exact(&mut header).unwrap();
        let mut body = vec![0; u32::from_be_bytes(header) as usize];
        stream.read_exact(&mut body).unwrap();
        serde_json::from_slice::<Value>(&body).unwrap()
    };
    assert_eq!(next()["hello"]["protocol"], json!(PROTOCOL));
    assert_eq!(next()["done"]["input"], json!("slow"));
    assert_eq!(next()["failed"]["code"], json!("not_found"));
}

#[test]
#[cfg(unix)]
fn the_socket_is_for_this_user_alone() {
    let (_parent, folder) = folder();
    let (_lock, _server) = owner(&folder);
    assert_eq!(mode(&folder.join(SOCKET_FILE)), 0o600);
}

#[test]
#[cfg(unix)]
fn what_is_no_socket_is_not_removed_from_its_place() {
    let (_parent, folder) = folder();
    let lock = FolderLock::acquire(&folder).unwrap();
    let place = folder.join(SOCKET_FILE);
    std::fs::write(&place, "somebody's notes").unwrap();
    let refused = serve(&lock, handler()).unwrap_err();
    assert!(matches!(refused, HostError::SocketObstructed { .. }), "{refused:?}");
    assert_eq!(std::fs::read_to_string(&place).unwrap(), "somebody's notes");
    std::fs::remove_file(&place).unwrap();
    std::os::unix::fs::symlink("/etc/passwd", &place).unwrap();
    assert!(serve(&lock, handler()).is_err(), "a symbolic link is not followed");
}

#[test]
#[cfg(unix)]
fn a_folder_with_a_long_path_has_its_socket_elsewhere_and_every_client_finds_it() {
    let (_parent, folder) = folder();
    let long = folder.join("a".repeat(60)).join("b".repeat(60));
    let (lock, server) = owner(&long);
    assert!(!long.join(SOCKET_FILE).exists());
    let recorded = PathBuf::from(std::fs::read_to_string(long.join("purser.sock.path")).unwrap());
    assert!(recorded.as_os_str().len() <= 100, "{recorded:?}");
    assert_eq!(mode(&recorded), 0o600);
    assert_eq!(mode(recorded.parent().unwrap()) & 0o077, 0, "{recorded:?}");
    Connection::open(&long).unwrap().call(&call("echo", json!(1))).unwrap().unwrap();
    drop((server, lock));
    assert!(!recorded.exists() && !long.join("purser.sock.path").exists());
    assert!(matches!(Connection::open(&long), Err(HostError::NotListening { .. })));
}

#[test]
fn a_folder_that_does_not_exist_has_no_owner_to_talk_to() {
    let (_parent, folder) = folder();
    assert!(matches!(Connection::open(&folder), Err(HostError::NotListening { .. })));
    assert!(!folder.exists(), "asking creates nothing");
}
