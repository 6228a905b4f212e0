//! A full disk: nothing is half saved, everybody is told, and it goes on when there is space again.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::mpsc::channel;

use purser_store::{Options, Store, StoreError, WriteClass};

use crate::toy::{add_as, insert, key, notes, options, request};

/// A small file system in memory, gone at the end of the test.
struct SmallDisk {
    folder: tempfile::TempDir,
}

impl SmallDisk {
    /// None, with the reason printed, where this user may not mount one.
    fn mount(kilobytes: u32) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={kilobytes}k"), "tmpfs"])
            .arg(folder.path())
            .output();
        match mounted {
            Ok(output) if output.status.success() => Some(Self { folder }),
            Ok(output) => {
                println!("skipped, no small disk: {}", String::from_utf8_lossy(&output.stderr).trim());
                None
            }
            Err(cause) => {
                println!("skipped, no small disk: {cause}");
                None
            }
        }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn store(&self, options: Options) -> Store {
        Store::create(&self.path().join("store.purser"), &key(), options).unwrap()
    }

    /// Takes all the space that is left.
    fn fill(&self) -> PathBuf {
        let ballast = self.path().join("ballast");
        let mut file = std::fs::File::create(&ballast).unwrap();
        while std::io::Write::write_all(&mut file, &[0; 512]).is_ok() {}
        ballast
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let unmounted = Command::new("umount").arg("-l").arg(self.folder.path()).status();
        if !unmounted.is_ok_and(|status| status.success()) {
            println!("{} is still mounted", self.folder.path().display());
        }
    }
}

fn large(tx: &purser_store::WriteTx<'_>, name: &str) -> Result<(), StoreError> {
    insert(tx, &format!("{name} {}", "x".repeat(200_000)))
}

#[test]
fn a_disk_that_fills_up_during_commit_loses_nothing_and_the_store_goes_on() {
    let Some(disk) = SmallDisk::mount(2048) else { return };
    let store = disk.store(options());
    add_as(&store, WriteClass::Decision, "before").unwrap();
    let ballast = disk.fill();

    // The change fits into the page cache, so the closure itself succeeds: only COMMIT needs the disk.
    let (sent, closure_succeeded) = channel();
    let cause = store
        .write(WriteClass::Decision, move |tx| {
            large(tx, "during")?;
            sent.send(true).unwrap();
            Ok::<_, StoreError>(())
        })
        .unwrap_err();
    assert!(closure_succeeded.try_recv().unwrap(), "the failure came at COMMIT");
    assert_eq!(cause, StoreError::DiskFull);
    assert!(cause.is_retryable());
    assert!(cause.to_string().contains("free some space"), "{cause}");
    assert_eq!(notes(&store), ["before"], "reading works on a full disk");

    std::fs::remove_file(ballast).unwrap();
    add_as(&store, WriteClass::Decision, "after").unwrap();
    assert!(store.verify().unwrap().is_clean());
    store.close().unwrap();
    let store = Store::open(&disk.path().join("store.purser"), &key(), options()).unwrap();
    assert_eq!(notes(&store), ["before", "after"]);
}

#[test]
fn every_member_of_a_group_is_told_when_its_commit_meets_a_full_disk() {
    let Some(disk) = SmallDisk::mount(2048) else { return };
    let mut options = options();
    options.group_window = std::time::Duration::from_secs(10);
    let store = disk.store(options);
    add_as(&store, WriteClass::Decision, "before").unwrap();
    let sequence = store.sequence();
    disk.fill();

    let (go, wait) = channel::<()>();
    let (started, running) = channel::<()>();
    let first = std::thread::spawn({
        let store = store.clone();
        move || {
            store.write(WriteClass::Ingest, move |tx| {
                large(tx, "first")?;
                started.send(()).unwrap();
                wait.recv().unwrap();
                Ok::<_, StoreError>(())
            })
        }
    });
    running.recv().unwrap();
    let others: Vec<_> = (0..3)
        .map(|number| {
            let store = store.clone();
            std::thread::spawn(move || add_as(&store, WriteClass::Ingest, &format!("other {number}")))
        })
        .collect();
    while store.waiting_writes() < 3 {
        std::thread::yield_now();
    }
    go.send(()).unwrap();

    assert_eq!(first.join().unwrap(), Err(StoreError::DiskFull));
    for other in others {
        assert_eq!(other.join().unwrap(), Err(StoreError::DiskFull));
    }
    assert_eq!(notes(&store), ["before"]);
    assert_eq!(store.sequence(), sequence);
}

#[test]
fn a_store_is_not_half_created_on_a_full_disk() {
    let Some(disk) = SmallDisk::mount(60) else { return };
    let path = disk.path().join("store.purser");
    let cause = Store::create(&path, &key(), options()).unwrap_err();
    assert_eq!(cause, StoreError::DiskFull);
    assert_eq!(std::fs::read_dir(disk.path()).unwrap().count(), 0);
}

#[test]
fn a_backup_onto_a_full_disk_leaves_nothing_there() {
    let Some(disk) = SmallDisk::mount(200) else { return };
    let place = crate::toy::Place::empty();
    let store = place.create();
    store.write(WriteClass::Decision, |tx| large(tx, "large")).unwrap();
    let cause = store.backup_to(&disk.path().join("b.purser-backup"), &request(2)).unwrap_err();
    assert_eq!(cause, StoreError::DiskFull);
    assert_eq!(std::fs::read_dir(disk.path()).unwrap().count(), 0);
}
