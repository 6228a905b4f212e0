//! Owning or connecting, also while owners come and go.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;

#[test]
fn the_first_process_owns_and_the_next_connects() {
    let (_parent, folder) = folder();
    let Seat::Owner(lock) = acquire_or_connect(&folder).unwrap() else { panic!("the folder is free") };
    let server = serve_with(&lock, handler(), Limits::default()).unwrap();
    let Seat::Client(mut connection) = acquire_or_connect(&folder).unwrap() else { panic!("it is owned") };
    connection.call(&call("echo", json!(1))).unwrap().unwrap();
    drop((server, lock));
    assert!(matches!(acquire_or_connect(&folder).unwrap(), Seat::Owner(_)), "the owner has quit");
}

#[test]
fn a_client_waits_for_an_owner_that_has_not_begun_to_listen() {
    let (_parent, folder) = folder();
    let lock = FolderLock::acquire(&folder).unwrap();
    let waiting = {
        let folder = folder.clone();
        std::thread::spawn(move || acquire_or_connect(&folder))
    };
    std::thread::sleep(Duration::from_millis(200));
    let _server = serve_with(&lock, handler(), Limits::default()).unwrap();
    assert!(matches!(waiting.join().unwrap().unwrap(), Seat::Client(_)));
}

#[test]
fn a_client_takes_over_when_the_owner_ends_without_ever_listening() {
    let (_parent, folder) = folder();
    let lock = FolderLock::acquire(&folder).unwrap();
    let waiting = {
        let folder = folder.clone();
        std::thread::spawn(move || acquire_or_connect(&folder))
    };
    std::thread::sleep(Duration::from_millis(200));
    drop(lock);
    assert!(matches!(waiting.join().unwrap().unwrap(), Seat::Owner(_)));
}

#[test]
fn an_owner_that_never_listens_nor_ends_is_a_clear_error_in_bounded_time() {
    let (_parent, folder) = folder();
    let _lock = FolderLock::acquire(&folder).unwrap();
    let started = Instant::now();
    let silent = acquire_or_connect_within(&folder, Duration::from_millis(300)).unwrap_err();
    assert!(matches!(silent, HostError::OwnerSilent { .. }), "{silent:?}");
    assert!(started.elapsed() < LONG);
}

#[test]
fn clients_that_race_for_a_folder_whose_owners_keep_quitting_all_find_a_seat() {
    let (_parent, folder) = folder();
    let (owners_now, owners, clients) = (AtomicUsize::new(0), AtomicUsize::new(0), AtomicUsize::new(0));
    let run = |round: u64| match acquire_or_connect_within(&folder, LONG).unwrap() {
        Seat::Owner(lock) => {
            assert_eq!(owners_now.fetch_add(1, Ordering::SeqCst), 0, "two owners at once");
            owners.fetch_add(1, Ordering::SeqCst);
            let server = serve_with(&lock, handler(), Limits::default()).unwrap();
            std::thread::sleep(Duration::from_millis(round * 7 % 30));
            drop(server);
            owners_now.fetch_sub(1, Ordering::SeqCst);
        }
        Seat::Client(mut connection) => match connection.call(&call("echo", json!(round))) {
            Ok(reply) => {
                assert_eq!(reply.unwrap()["input"], json!(round));
                clients.fetch_add(1, Ordering::SeqCst);
            }
            Err(HostError::OwnerGone { method }) => assert_eq!(method, "echo"),
            Err(error) => panic!("{error:?}"),
        },
    };
    std::thread::scope(|threads| {
        for _ in 0..6 {
            threads.spawn(|| (0..15).for_each(run));
        }
    });
    assert!(owners.load(Ordering::SeqCst) > 0, "somebody owned it");
    assert!(clients.load(Ordering::SeqCst) > 0, "somebody was served");
}
