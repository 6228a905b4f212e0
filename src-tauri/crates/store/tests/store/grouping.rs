//! Who goes first, and who shares a COMMIT.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use purser_store::{Options, Store, StoreError, WriteClass};

use crate::toy::{add, insert, notes, options};

const PATIENCE: Duration = Duration::from_secs(10);

/// Who ran, with the sequence that was published at that moment.
type Order = Vec<(String, u64)>;
type Outcome = Result<(), StoreError>;

/// A store whose writer can be held up while other writes line up behind it.
struct Line {
    store: Store,
    order: Arc<Mutex<Order>>,
    threads: Vec<JoinHandle<Outcome>>,
}

impl Line {
    fn new(options: Options) -> Self {
        Self { store: Store::memory_with(options).unwrap(), order: Arc::default(), threads: Vec::new() }
    }

    /// Queues a write that notes its turn, with the sequence that was published at that moment.
    fn queue(&mut self, class: WriteClass, name: &str, outcome: Result<(), StoreError>) {
        let before = self.store.waiting_writes();
        self.start(class, name, move || outcome);
        self.wait_for(before + 1);
    }

    fn start(
        &mut self,
        class: WriteClass,
        name: &str,
        outcome: impl FnOnce() -> Result<(), StoreError> + Send + 'static,
    ) {
        let (store, order, name) = (self.store.clone(), self.order.clone(), name.to_owned());
        self.threads.push(std::thread::spawn(move || {
            let watched = store.clone();
            store.write(class, move |tx| {
                order.lock().unwrap().push((name.clone(), watched.sequence()));
                insert(tx, &name)?;
                outcome()
            })
        }));
    }

    /// Holds the writer up inside a closure of the given class until something is sent.
    fn hold(&mut self, class: WriteClass) -> Sender<()> {
        let (go, wait): (Sender<()>, Receiver<()>) = channel();
        let (started, running) = channel();
        self.start(class, "held", move || {
            started.send(()).unwrap();
            wait.recv_timeout(PATIENCE).unwrap();
            Ok(())
        });
        running.recv_timeout(PATIENCE).unwrap();
        go
    }

    fn wait_for(&self, waiting: usize) {
        let started = Instant::now();
        while self.store.waiting_writes() < waiting {
            assert!(started.elapsed() < PATIENCE, "the write should be waiting by now");
            std::thread::yield_now();
        }
    }

    fn finish(self) -> (Order, Vec<Outcome>, Store) {
        let outcomes = self.threads.into_iter().map(|thread| thread.join().unwrap()).collect();
        let order = self.order.lock().unwrap().clone();
        (order, outcomes, self.store)
    }
}

fn names(order: &[(String, u64)]) -> Vec<&str> {
    order.iter().map(|(name, _)| name.as_str()).collect()
}

/// The commits, told apart by what was published when a closure ran.
fn commits(order: &[(String, u64)]) -> Vec<Vec<&str>> {
    order.chunk_by(|one, next| one.1 == next.1).map(names).collect()
}

/// A window wide enough that only the other rules end a group.
fn wide() -> Options {
    let mut options = options();
    options.group_window = PATIENCE;
    options
}

#[test]
fn a_decision_overtakes_waiting_ingest() {
    let mut line = Line::new(wide());
    let go = line.hold(WriteClass::Decision);
    line.queue(WriteClass::Ingest, "page 1", Ok(()));
    line.queue(WriteClass::Ingest, "page 2", Ok(()));
    line.queue(WriteClass::Decision, "approve", Ok(()));
    go.send(()).unwrap();
    let (order, _, _) = line.finish();
    assert_eq!(names(&order), ["held", "approve", "page 1", "page 2"]);
}

#[test]
fn ingest_that_waits_together_shares_one_commit() {
    let mut line = Line::new(wide());
    let go = line.hold(WriteClass::Decision);
    for page in ["page 1", "page 2", "page 3"] {
        line.queue(WriteClass::Ingest, page, Ok(()));
    }
    go.send(()).unwrap();
    let (order, outcomes, store) = line.finish();
    assert_eq!(commits(&order), [vec!["held"], vec!["page 1", "page 2", "page 3"]]);
    assert!(outcomes.iter().all(Result::is_ok));
    assert_eq!(notes(&store).len(), 4);
}

#[test]
fn decisions_that_wait_together_do_not_share_a_commit() {
    let mut line = Line::new(wide());
    let go = line.hold(WriteClass::Decision);
    line.queue(WriteClass::Decision, "approve 1", Ok(()));
    line.queue(WriteClass::Decision, "approve 2", Ok(()));
    go.send(()).unwrap();
    let (order, _, _) = line.finish();
    assert_eq!(commits(&order), [vec!["held"], vec!["approve 1"], vec!["approve 2"]]);
}

#[test]
fn a_decision_ends_the_running_group() {
    let mut line = Line::new(wide());
    let go = line.hold(WriteClass::Ingest);
    line.queue(WriteClass::Ingest, "page", Ok(()));
    line.queue(WriteClass::Decision, "approve", Ok(()));
    go.send(()).unwrap();
    let (order, _, _) = line.finish();
    assert_eq!(commits(&order), [vec!["held"], vec!["approve"], vec!["page"]]);
}

#[test]
fn a_group_ends_at_its_largest_size() {
    let mut options = wide();
    options.group_members = 2;
    let mut line = Line::new(options);
    let go = line.hold(WriteClass::Decision);
    for page in ["page 1", "page 2", "page 3"] {
        line.queue(WriteClass::Ingest, page, Ok(()));
    }
    go.send(()).unwrap();
    let (order, _, _) = line.finish();
    assert_eq!(commits(&order), [vec!["held"], vec!["page 1", "page 2"], vec!["page 3"]]);
}

#[test]
fn a_group_ends_when_its_window_is_over() {
    let mut options = options();
    options.group_window = Duration::ZERO;
    let mut line = Line::new(options);
    let go = line.hold(WriteClass::Decision);
    line.queue(WriteClass::Ingest, "page 1", Ok(()));
    line.queue(WriteClass::Ingest, "page 2", Ok(()));
    go.send(()).unwrap();
    let (order, _, _) = line.finish();
    assert_eq!(commits(&order), [vec!["held"], vec!["page 1"], vec!["page 2"]]);
}

#[test]
fn a_failing_member_leaves_the_others_of_its_group_alone() {
    let mut line = Line::new(wide());
    let go = line.hold(WriteClass::Decision);
    line.queue(WriteClass::Ingest, "good 1", Ok(()));
    line.queue(WriteClass::Ingest, "bad", Err(StoreError::RowMissing));
    line.start(WriteClass::Ingest, "worse", || panic!("planted"));
    line.wait_for(3);
    line.queue(WriteClass::Ingest, "good 2", Ok(()));
    go.send(()).unwrap();
    let (order, outcomes, store) = line.finish();
    assert_eq!(commits(&order)[1], ["good 1", "bad", "worse", "good 2"], "they shared one commit");
    let expected = [Ok(()), Ok(()), Err(StoreError::RowMissing), Err(StoreError::Panicked), Ok(())];
    assert_eq!(outcomes, expected);
    assert_eq!(notes(&store), ["held", "good 1", "good 2"]);
    assert!(store.verify().unwrap().is_clean(), "the audit chain closed over the undone members");
}

#[test]
fn closing_finishes_what_waits_and_refuses_what_comes_later() {
    let place = crate::toy::Place::empty();
    let mut line = Line::new(options());
    line.store = place.create();
    let go = line.hold(WriteClass::Decision);
    line.queue(WriteClass::Ingest, "page", Ok(()));
    let closing = std::thread::spawn({
        let store = line.store.clone();
        move || store.close()
    });
    go.send(()).unwrap();
    closing.join().unwrap().unwrap();
    let (_, outcomes, _) = line.finish();
    assert!(outcomes.iter().all(Result::is_ok));
    assert_eq!(notes(&place.open()), ["held", "page"]);
}

#[test]
fn many_threads_may_write_and_read_at_once() {
    let place = crate::toy::Place::empty();
    let store = place.create();
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let store = &store;
            scope.spawn(move || {
                for number in 0..25 {
                    let class = if number % 5 == 0 { WriteClass::Decision } else { WriteClass::Ingest };
                    let text = format!("{thread}-{number}");
                    crate::toy::add_as(store, class, &text).unwrap();
                    assert!(notes(store).contains(&text), "an acknowledged write is visible at once");
                }
            });
        }
    });
    add(&store, "last");
    assert_eq!(notes(&store).len(), 201);
    assert!(store.verify().unwrap().is_clean());
}
