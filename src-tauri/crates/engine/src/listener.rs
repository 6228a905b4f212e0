//! The listener of a connection: what `stripe listen` passes on makes the program ask at once.
//!
//! It belongs to the process that works: it starts with its workers, again when the connection changes, and ends before
//! the books are closed. A port that cannot be had is a state of the connection.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use purser_connectors::provider::{LISTEN_PORT, SIGNING_SECRET, Secrets};
use purser_connectors::stripe::{self, Listener, Owner};
use purser_store::tables::connections::Connection;
use secrecy::{ExposeSecret, SecretString};

use crate::api::types::ConnectionListener;
use crate::books::{Books, stamp_to_the_second};
use crate::connections::{of_provider, usable};
use crate::error::ApiError;
use crate::jobs::{self, Scheduler};
use crate::outbox::Bell;
use crate::vault::Vault;

/// Who asked for a run, in the audit.
const ACTOR: &str = "listener";
/// What a run comes after, on screen.
const AFTER: &str = "a message from Stripe";
/// Between two messages there may be hours.
const QUIET: Duration = Duration::from_secs(3600);
/// A run that was at work when a message came may have read past it: so long until it is looked at again.
const AT_WORK_PAUSE: Duration = Duration::from_millis(250);

/// A connection that wants a listener, and what became of it.
pub(crate) struct Listening {
    connection: String,
    port: u16,
    secret: SecretString,
    state: Result<(Listener, Ringer), String>,
}

/// What listens in this process, if anything is to.
#[derive(Default)]
pub(crate) struct Ears(Option<Listening>);

impl Ears {
    /// Brings the listener to what the connection says now. One that is right already goes on.
    pub(crate) fn tend(
        &mut self,
        books: &Books,
        vault: &dyn Vault,
        scheduler: &Arc<Scheduler>,
        jobs: &Arc<Bell>,
    ) -> Result<(), ApiError> {
        let wanted = wanted(books, vault)?;
        let same = |now: &Listening| {
            now.state.is_ok()
                && wanted.as_ref().is_some_and(|(connection, port, secret)| {
                    now.connection == *connection
                        && now.port == *port
                        && now.secret.expose_secret() == secret.expose_secret()
                })
        };
        if self.0.as_ref().is_some_and(same) {
            return Ok(());
        }
        // The old one first: it may hold the same port.
        self.0 = None;
        self.0 = wanted.map(|(connection, port, secret)| {
            let state = begin(books, scheduler, jobs, port, &secret);
            if let Err(why) = &state {
                tracing::warn!(port, why, "the listener does not listen");
            }
            Listening { connection, port, secret, state }
        });
        Ok(())
    }

    /// What a connection's page shows; `None` where it wants no listener.
    pub(crate) fn shown(&self, row: &Connection) -> Option<ConnectionListener> {
        let port: u16 = row.options.get(LISTEN_PORT)?.parse().ok()?;
        let mut shown = ConnectionListener {
            port,
            state: "asleep".to_owned(),
            text: format!(
                "Nobody listens on port {port} now: it is listened to while the window or `purser run` is open."
            ),
            accepted: 0,
            repeated: 0,
            refused: 0,
            last_refused: None,
            last_refused_at: None,
        };
        let Some(listening) = self.0.as_ref().filter(|now| now.connection == row.id) else {
            return Some(shown);
        };
        match &listening.state {
            Err(why) => (shown.state, shown.text) = ("failing".to_owned(), why.clone()),
            Ok((listener, _)) => {
                let heard = listener.heard();
                shown.port = listener.port();
                shown.state = "listening".to_owned();
                shown.text = format!(
                    "Listens on 127.0.0.1 for `stripe listen --forward-to localhost:{}`.",
                    listener.port()
                );
                (shown.accepted, shown.repeated, shown.refused) =
                    (heard.accepted, heard.repeated, heard.refused);
                if let Some((at, why)) = heard.last_refused {
                    (shown.last_refused, shown.last_refused_at) = (Some(why), Some(stamp_to_the_second(at)));
                }
            }
        }
        Some(shown)
    }
}

/// The connection that wants a listener, with port and secret.
fn wanted(books: &Books, vault: &dyn Vault) -> Result<Option<(String, u16, SecretString)>, ApiError> {
    for row in of_provider(books, stripe::NAME)? {
        let Some(port) = row.options.get(LISTEN_PORT).and_then(|port| port.parse().ok()) else { continue };
        let secrets =
            usable(vault, &row)?.map(|usable| usable.secrets).unwrap_or_else(|_| Secrets::default());
        // Without its secret the connection says so itself.
        if let Some(secret) = secrets.get(SIGNING_SECRET) {
            return Ok(Some((row.id, port, secret.to_owned().into())));
        }
    }
    Ok(None)
}

fn begin(
    books: &Books,
    scheduler: &Arc<Scheduler>,
    jobs: &Arc<Bell>,
    port: u16,
    secret: &SecretString,
) -> Result<(Listener, Ringer), String> {
    let ringer =
        Ringer::start(Arc::clone(scheduler), Arc::clone(jobs)).map_err(|error| cannot(port, &error))?;
    let (clock, heard, bell) =
        (Arc::clone(&books.clock), Arc::clone(&ringer.heard), Arc::clone(&ringer.bell));
    let owner = Owner {
        secret: secret.clone(),
        now: Box::new(move || clock.now()),
        ring: Box::new(move || {
            heard.store(true, Ordering::Release);
            bell.ring_for_work();
        }),
    };
    let listener = Listener::start(port, owner).map_err(|error| cannot(port, &error))?;
    Ok((listener, ringer))
}

fn cannot(port: u16, error: &std::io::Error) -> String {
    let why = if error.kind() == std::io::ErrorKind::AddrInUse {
        "another program has it. End that program, or choose another port".to_owned()
    } else {
        format!("{error}. Choose another port")
    };
    format!(
        "Port {port} of this computer cannot be listened on: {why} under Change, then check again. \
         Stripe is read every minute all the same."
    )
}

/// The thread that turns messages into runs. It ends when it is dropped.
struct Ringer {
    heard: Arc<AtomicBool>,
    bell: Arc<Bell>,
    thread: Option<JoinHandle<()>>,
}

impl Ringer {
    fn start(scheduler: Arc<Scheduler>, jobs: Arc<Bell>) -> std::io::Result<Ringer> {
        let (heard, bell) = (Arc::new(AtomicBool::new(false)), Arc::new(Bell::default()));
        let (ears, hearing) = (Arc::clone(&heard), Arc::clone(&bell));
        let thread = std::thread::Builder::new()
            .name("purser-listener".to_owned())
            .spawn(move || ring_on(&scheduler, &jobs, &ears, &hearing))?;
        Ok(Ringer { heard, bell, thread: Some(thread) })
    }
}

impl Drop for Ringer {
    fn drop(&mut self) {
        self.bell.ring_to_stop();
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the listener's thread ended by a panic");
        }
    }
}

fn ring_on(scheduler: &Scheduler, jobs: &Bell, heard: &AtomicBool, bell: &Bell) {
    let mut waits = false;
    while !bell.wait(if waits { AT_WORK_PAUSE } else { QUIET }) {
        waits |= heard.swap(false, Ordering::AcqRel);
        if !waits {
            continue;
        }
        match jobs::run_after(scheduler, ACTOR, stripe::NAME, AFTER) {
            Ok(queued) => {
                waits = !queued;
                jobs.ring_for_work();
            }
            Err(error) => {
                // The next minute reads anyhow.
                waits = false;
                tracing::warn!(code = %error.code, "a message did not lead to a run");
            }
        }
    }
}
