//! Calls through the socket: replies, reports, cancelling, bounds, and owners that stop.

use std::sync::atomic::{AtomicBool, Ordering};

use super::*;

#[test]
fn a_call_through_the_socket_gives_what_the_handler_gives() {
    let (_parent, folder) = folder();
    let (_lock, _server) = owner(&folder);
    let mut connection = Connection::open(&folder).unwrap();
    let input = json!({"amount": "12.30", "name": "Ünïcode \u{202e}", "list": [1, null, true]});
    let reply = connection.call(&call("echo", input.clone())).unwrap().unwrap();
    assert_eq!(reply, json!({"input": input, "context": {"front": "test"}}));
    let failed = connection.call(&call("fail", Value::Null)).unwrap().unwrap_err();
    assert_eq!(failed.message, "There is no invoice INV-7.");
    assert_eq!((failed.code.as_str(), failed.exit), ("not_found", 3));
    assert_eq!(failed.detail, json!({"number": "INV-7"}));
    connection.call(&call("echo", json!(2))).unwrap().expect("several calls go through one connection");
}

#[test]
fn reports_arrive_in_order_before_the_reply() {
    let (_parent, folder) = folder();
    let (_lock, _server) = owner(&folder);
    let mut connection = Connection::open(&folder).unwrap();
    for last in [0_u64, 1, 200] {
        let mut reports = Vec::new();
        let reply =
            connection.call_with(&call("count", json!(last)), &mut |report| reports.push(report), None);
        assert_eq!(reply.unwrap().unwrap(), json!(last));
        assert_eq!(reports, (1..=last).map(|step| json!(step)).collect::<Vec<_>>());
    }
    let mut reports = Vec::new();
    connection
        .call_with(&call("count", json!(100_000)), &mut |report| reports.push(report), None)
        .unwrap()
        .unwrap();
    assert_eq!(reports.last(), Some(&json!(100_000)), "the newest report is never the one that gives way");
    assert!(reports.is_sorted_by_key(|report| report.as_u64()));
}

#[test]
fn a_cancelled_call_is_told_to_stop_and_still_answers() {
    let (_parent, folder) = folder();
    let (_lock, _server) = owner(&folder);
    let mut connection = Connection::open(&folder).unwrap();
    let cancel = AtomicBool::new(false);
    let started = Instant::now();
    let reply = connection.call_with(
        &call("until_cancelled", Value::Null),
        &mut |_| cancel.store(true, Ordering::Release),
        Some(&cancel),
    );
    assert_eq!(reply.unwrap().unwrap(), json!({"cancelled": true}));
    assert!(started.elapsed() < LONG);
    connection.call(&call("echo", json!(1))).unwrap().expect("the connection goes on");
}

#[test]
fn a_client_that_goes_away_cancels_its_call_and_nobody_elses() {
    let (_parent, folder) = folder();
    let flags: Arc<std::sync::Mutex<Vec<Arc<AtomicBool>>>> = Arc::default();
    let seen = Arc::clone(&flags);
    let inner = handler();
    let spying: Handler = Arc::new(move |call, exchange| {
        seen.lock().unwrap().push(exchange.cancel_flag());
        inner(call, exchange)
    });
    let (_lock, _server) = owner_with(&folder, spying, Limits::default());
    let (mut going, mut staying) = (Connection::open(&folder).unwrap(), Connection::open(&folder).unwrap());
    let stay = std::thread::spawn(move || staying.call(&call("sleep", json!(400))));
    eventually("the first call runs", || flags.lock().unwrap().len() == 1);
    going.start(&call("until_cancelled", Value::Null));
    eventually("the second call runs", || flags.lock().unwrap().len() == 2);
    drop(going);
    eventually("the call of the client that went away is cancelled", || {
        flags.lock().unwrap()[1].load(Ordering::Acquire)
    });
    assert!(!flags.lock().unwrap()[0].load(Ordering::Acquire), "the other one is not");
    stay.join().unwrap().unwrap().unwrap();
}

#[test]
fn a_client_that_reads_nothing_holds_up_nobody_else() {
    let (_parent, folder) = folder();
    let limits = Limits { send: Duration::from_millis(300), ..Limits::default() };
    let (_lock, server) = owner_with(&folder, handler(), limits);
    let mut deaf: Vec<_> = (0..4).map(|_| Connection::open(&folder).unwrap()).collect();
    for connection in &mut deaf {
        connection.start(&call("long", json!(1_000_000)));
    }
    let mut quick = Connection::open(&folder).unwrap();
    let started = Instant::now();
    for number in 0..50 {
        quick.call(&call("echo", json!(number))).unwrap().unwrap();
    }
    assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
    eventually("deaf clients are given up", || server.open_connections() == 1);
}

#[test]
fn a_panic_in_a_handler_is_an_error_reply_and_the_owner_goes_on() {
    let (_parent, folder) = folder();
    let (_lock, _server) = owner(&folder);
    let mut connection = Connection::open(&folder).unwrap();
    let failed = connection.call(&call("panic", Value::Null)).unwrap().unwrap_err();
    assert_eq!((failed.code.as_str(), failed.exit), ("internal", 1));
    assert!(!failed.message.contains("planted"), "what it said goes to the log");
    connection.call(&call("echo", json!(1))).unwrap().unwrap();
}

#[test]
fn a_large_reply_comes_whole_and_a_too_large_one_is_an_error() {
    let (_parent, folder) = folder();
    let limits = Limits { reply_bytes: 3_000_000, ..Limits::default() };
    let (_lock, _server) = owner_with(&folder, handler(), limits);
    let mut connection = Connection::open(&folder).unwrap();
    let reply = connection.call(&call("long", json!(2_000_000))).unwrap().unwrap();
    assert_eq!(reply.as_str().unwrap().len(), 2_000_000);
    let refused = connection.call(&call("long", json!(3_000_000))).unwrap().unwrap_err();
    assert_eq!(refused.code, "reply_too_large");
    connection.call(&call("echo", json!(1))).unwrap().expect("the connection goes on");
}

#[test]
fn a_request_that_is_too_large_is_refused_before_it_is_sent() {
    let (_parent, folder) = folder();
    let (_lock, _server) = owner(&folder);
    let mut connection = Connection::open(&folder).unwrap().with_request_limit(1_000_000);
    let refused = connection.call(&call("echo", json!("x".repeat(1_000_000)))).unwrap_err();
    assert!(matches!(refused, HostError::RequestTooLarge { .. }), "{refused:?}");
    let fits = json!("x".repeat(900_000));
    assert_eq!(connection.call(&call("echo", fits.clone())).unwrap().unwrap()["input"], fits);
}

#[test]
fn one_connection_too_many_is_told_that_the_owner_is_busy() {
    let (_parent, folder) = folder();
    let limits = Limits { connections: 3, ..Limits::default() };
    let (_lock, server) = owner_with(&folder, handler(), limits);
    let mut open: Vec<_> = (0..3).map(|_| Connection::open(&folder).unwrap()).collect();
    for _ in 0..20 {
        let busy = Connection::open(&folder).unwrap_err();
        assert!(matches!(busy, HostError::OwnerBusy), "{busy:?}");
    }
    open.pop();
    eventually("the place is given back", || server.open_connections() == 2);
    Connection::open(&folder).unwrap().call(&call("echo", json!(1))).unwrap().unwrap();
}

#[test]
fn another_version_is_told_both_versions_and_what_to_do() {
    let (_parent, folder) = folder();
    let limits = Limits { version: "0.1.0".into(), ..Limits::default() };
    let (_lock, _server) = owner_with(&folder, handler(), limits);
    let other = Connection::open_as(&folder, "0.2.0").unwrap_err();
    assert_eq!(
        other.to_string(),
        "The running Purser is 0.1.0, this one 0.2.0: quit the window (or `purser run`) and try again."
    );
    assert_eq!(other.code(), "host_version_mismatch");
    Connection::open_as(&folder, "0.1.0").expect("the same version is welcome");
}

#[test]
fn a_stopping_owner_tells_its_calls_and_lets_the_folder_go_only_after_them() {
    let (_parent, folder) = folder();
    let running = Arc::new(AtomicBool::new(false));
    let mark = Arc::clone(&running);
    let stubborn: Handler = Arc::new(move |_, exchange| {
        mark.store(true, Ordering::SeqCst);
        let until = Instant::now() + LONG;
        while !exchange.is_cancelled() && Instant::now() < until {
            std::thread::sleep(Duration::from_millis(5));
        }
        // Work that cannot be cut short, longer than a stopping server waits.
        std::thread::sleep(Duration::from_millis(3_000));
        mark.store(false, Ordering::SeqCst);
        Ok(Value::Null)
    });
    let (lock, server) = owner_with(&folder, stubborn, Limits::default());
    let mut connection = Connection::open(&folder).unwrap();
    connection.start(&call("anything", Value::Null));
    eventually("the call runs", || running.load(Ordering::SeqCst));
    let started = Instant::now();
    drop((server, lock));
    assert!(started.elapsed() < Duration::from_millis(2_900), "stopping is bounded: {:?}", started.elapsed());
    eventually("the folder is free in the end", || match FolderLock::acquire(&folder) {
        Ok(_) => {
            assert!(!running.load(Ordering::SeqCst), "nobody may own the folder while the call still works");
            true
        }
        Err(error) => {
            assert!(matches!(error, HostError::Held { .. }), "{error:?}");
            false
        }
    });
}

#[test]
fn an_idle_server_stops_quickly_and_removes_its_socket() {
    let (_parent, folder) = folder();
    let (lock, server) = owner(&folder);
    let mut idle: Vec<_> = (0..3).map(|_| Connection::open(&folder).unwrap()).collect();
    let started = Instant::now();
    drop(server);
    assert!(started.elapsed() < Duration::from_secs(2), "{:?}", started.elapsed());
    assert!(!folder.join(SOCKET_FILE).exists());
    let gone = idle[0].call(&call("echo", json!(1))).unwrap_err();
    assert!(matches!(&gone, HostError::OwnerGone { method } if method == "echo"), "{gone:?}");
    let nobody = Connection::open(&folder).unwrap_err();
    assert!(matches!(nobody, HostError::NotListening { .. }), "{nobody:?}");
    let _again = serve_with(&lock, handler(), Limits::default()).expect("the owner can serve again");
    Connection::open(&folder).unwrap();
}

#[test]
#[cfg(unix)]
fn a_server_whose_socket_file_was_removed_still_stops() {
    let (_parent, folder) = folder();
    let (lock, server) = owner(&folder);
    std::fs::remove_file(folder.join(SOCKET_FILE)).unwrap();
    let (stopped, has_stopped) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        drop((server, lock));
        stopped.send(()).unwrap();
    });
    has_stopped.recv_timeout(Duration::from_secs(5)).expect("nothing can wake its accepting thread");
    FolderLock::acquire(&folder).expect("the folder is free");
}

#[test]
fn an_owner_that_hangs_is_given_up_but_one_that_works_is_waited_for() {
    let (_parent, folder) = folder();
    let limits = Limits { alive: Duration::from_millis(100), ..Limits::default() };
    let (lock, server) = owner_with(&folder, handler(), limits);
    let patience = Duration::from_millis(600);
    let mut connection = Connection::open(&folder).unwrap().with_silence_limit(patience);
    connection.call(&call("sleep", json!(1_500))).unwrap().expect("signs of life keep the client waiting");
    drop((server, lock));

    let limits = Limits { alive: LONG, ..Limits::default() };
    let (_lock, _server) = owner_with(&folder, handler(), limits);
    let mut connection = Connection::open(&folder).unwrap().with_silence_limit(patience);
    let silent = connection.call(&call("sleep", json!(1_500))).unwrap_err();
    assert!(matches!(silent, HostError::OwnerSilent { .. }), "{silent:?}");
}
