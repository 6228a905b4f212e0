//! A running sandbox: its addresses, its clock, and what tests may ask it directly.

use crate::config::SandboxConfig;
use crate::faults::{Fault, PlannedFault};
use crate::http::{Ask, Reply, server};
use crate::inbox::{HookPost, Mail};
use crate::journal::Journal;
use crate::record::RequestRecord;
use crate::stripe::webhook;
use crate::time::{DAY, day_start, day_text};
use crate::truth::{Balance, Entry, Recurring};
use crate::world::{
    AffiliateSale, BankLine, CardRefund, HandPayment, Order, Transfer, Uncollected, Usage, World,
};
use crate::{faces, smtp, stripe};
use chrono::{DateTime, Utc};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};
use tokio::net::TcpListener;
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;

const SPEED_AT_MOST: u32 = 10_000;
/// How often live time is let in.
const LIVE_STEP: Duration = Duration::from_millis(100);

/// Why a sandbox did not start, or could not write.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// No port on loopback could be had.
    #[error("the sandbox found no port on 127.0.0.1: {0}")]
    Listen(std::io::Error),
    /// The journal of an earlier run could not be read, or cannot be written.
    #[error("the sandbox's journal cannot be used: {0}")]
    Journal(std::io::Error),
    /// A speed outside its range.
    #[error("the sandbox runs at 1 to 10,000 times real time, not {0}")]
    Speed(u32),
    /// A statement file could not be written.
    #[error("the statement {path} could not be written: {source}")]
    Statement {
        /// The file.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
}

/// The world with its lock, as the servers share it.
pub(crate) struct Shared {
    world: Mutex<World>,
    /// Taken only by who holds the world.
    journal: Mutex<Option<Journal>>,
    /// Days whose statement files are written: everything before this second.
    written_until: Mutex<i64>,
    /// Rung when there may be something to post to the webhook.
    news: Notify,
}

impl Shared {
    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        // A face that panicked has spoilt its own answer, not the world.
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Answers a request; what writes at a provider is kept in the journal first.
    fn answer(&self, ask: &Ask) -> Reply {
        let mut world = self.world();
        if ask.method != "GET" && ask.words().first() == Some(&"v1") {
            let at = world.now;
            if let Err(problem) = self.note(|journal| journal.asked(at, ask)) {
                return Reply::text(500, "text/plain", format!("the journal: {problem}\n"));
            }
        }
        faces::answer(&mut world, ask)
    }

    /// Something that would come later comes now.
    fn hurry(&self) -> Result<(), SandboxError> {
        let mut world = self.world();
        let at = world.now;
        self.note(|journal| journal.hurried(at)).map_err(SandboxError::Journal)?;
        world.hurry();
        Ok(())
    }

    fn note(&self, note: impl FnOnce(&mut Journal) -> std::io::Result<()>) -> std::io::Result<()> {
        self.journal.lock().unwrap_or_else(PoisonError::into_inner).as_mut().map_or(Ok(()), note)
    }
}

/// Starts sandboxes.
pub struct Sandbox;

/// A running sandbox. Dropping it ends it; `stop` lets its connections end first.
pub struct SandboxHandle {
    shared: Arc<Shared>,
    http: SocketAddr,
    smtp: SocketAddr,
    stop: watch::Sender<bool>,
    tasks: JoinSet<()>,
}

impl Sandbox {
    /// Starts a company: lives through its history, then answers on loopback. Needs a tokio runtime with time and net.
    ///
    /// # Errors
    /// When no port can be had, the speed is out of range, or a statement file cannot be written.
    pub async fn start(config: SandboxConfig) -> Result<SandboxHandle, SandboxError> {
        if let Some(speed) = config.speed.filter(|speed| !(1..=SPEED_AT_MOST).contains(speed)) {
            return Err(SandboxError::Speed(speed));
        }
        let hang = Duration::from_millis(config.hang_ms);
        let speed = config.speed;
        let history = i64::from(config.history_days) * DAY;
        let start = crate::time::seconds(config.start);
        let until = config.until.map_or(start + history, |until| until.timestamp());
        let files_from = config.statements_from.map_or(start, crate::time::seconds);
        let (journal, hurry_every) = (config.journal.clone(), config.hurry_every);
        let mut world = World::new(config);
        let journal = match journal {
            Some(path) => Some(Journal::replay(&path, &mut world).map_err(SandboxError::Journal)?),
            None => None,
        };
        world.advance(until);
        let shared = Arc::new(Shared {
            world: Mutex::new(world),
            journal: Mutex::new(journal),
            written_until: Mutex::new(files_from),
            news: Notify::new(),
        });
        write_statements(&shared)?;
        let listen = || TcpListener::bind(("127.0.0.1", 0));
        let http_listener = listen().await.map_err(SandboxError::Listen)?;
        let smtp_listener = listen().await.map_err(SandboxError::Listen)?;
        let http = http_listener.local_addr().map_err(SandboxError::Listen)?;
        let smtp = smtp_listener.local_addr().map_err(SandboxError::Listen)?;
        let (stop, stopped) = watch::channel(false);
        let mut tasks = JoinSet::new();
        let answering = Arc::clone(&shared);
        let answer: server::Answer = Arc::new(move |ask| {
            let reply = answering.answer(&ask);
            answering.news.notify_one();
            reply
        });
        tasks.spawn(server::serve(http_listener, answer, hang, stopped.clone()));
        tasks.spawn(smtp::serve(smtp_listener, Arc::clone(&shared), stopped.clone()));
        tasks.spawn(post_events(Arc::clone(&shared), stopped.clone()));
        if let Some(speed) = speed {
            tasks.spawn(live(Arc::clone(&shared), speed, hurry_every, stopped));
        }
        Ok(SandboxHandle { shared, http, smtp, stop, tasks })
    }
}

/// Lets simulated time pass with real time. The base is kept, so that no step's rounding adds up; the wall clock counts,
/// because a computer that slept has lost that time.
async fn live(
    shared: Arc<Shared>,
    speed: u32,
    hurry_every: Option<Duration>,
    mut stop: watch::Receiver<bool>,
) {
    let began = SystemTime::now();
    let mut hurried = Instant::now();
    let base = shared.world().now;
    loop {
        tokio::select! {
            _ = stop.changed() => return,
            () = tokio::time::sleep(LIVE_STEP) => {}
        }
        let passed_ms =
            began.elapsed().map_or(0, |passed| i64::try_from(passed.as_millis()).unwrap_or(i64::MAX));
        let to = base + passed_ms.saturating_mul(i64::from(speed)) / 1000;
        shared.world().advance(to);
        let mut problems = Vec::new();
        if hurry_every.is_some_and(|every| hurried.elapsed() >= every) {
            hurried = Instant::now();
            problems.extend(shared.hurry().err());
        }
        shared.news.notify_one();
        problems.extend(write_statements(&shared).err());
        for problem in problems {
            // Nobody waits for an answer here; the next step tries again.
            eprintln!("{problem}");
        }
    }
}

async fn post_events(shared: Arc<Shared>, mut stop: watch::Receiver<bool>) {
    loop {
        let post = webhook::next_post(&mut shared.world());
        match post {
            Some(post) => {
                tokio::select! {
                    _ = stop.changed() => return,
                    _ = webhook::deliver(&post) => {}
                }
            }
            None => {
                tokio::select! {
                    _ = stop.changed() => return,
                    () = shared.news.notified() => {}
                }
            }
        }
    }
}

/// Writes the files of all days that are over and not written yet.
fn write_statements(shared: &Shared) -> Result<(), SandboxError> {
    let mut written = shared.written_until.lock().unwrap_or_else(PoisonError::into_inner);
    let (folder, today, texts) = {
        let world = shared.world();
        let Some(folder) = world.config.statement_folder.clone() else { return Ok(()) };
        let today = day_start(world.now);
        let mut texts = Vec::new();
        let mut day = *written;
        while day < today {
            for account in ["usd", "eur"] {
                if world
                    .bank_lines
                    .iter()
                    .any(|line| line.account == account && line.at >= day && line.at < day + DAY)
                {
                    let name = format!("statement-{account}-{}.csv", day_text(day));
                    texts.push((name, world.statement_csv(account, day, day + DAY)));
                }
            }
            day += DAY;
        }
        (folder, today, texts)
    };
    for (name, text) in texts {
        write_whole(&folder, &name, &text)?;
    }
    *written = today.max(*written);
    Ok(())
}

/// A reader of the folder sees the whole file or none.
fn write_whole(folder: &Path, name: &str, text: &str) -> Result<(), SandboxError> {
    let path = folder.join(name);
    let part = folder.join(format!(".{name}.part"));
    let written = std::fs::write(&part, text).and_then(|()| std::fs::rename(&part, &path));
    written.map_err(|source| SandboxError::Statement { path: path.display().to_string(), source })
}

impl SandboxHandle {
    /// The providers' base address without a slash at the end: `http://127.0.0.1:port`. Stripe's paths start with `/v1`.
    pub fn url(&self) -> String {
        format!("http://{}", self.http)
    }

    /// Where mail is taken, in plain SMTP.
    pub fn smtp_address(&self) -> SocketAddr {
        self.smtp
    }

    /// The world's clock, without any jump backward that was shown to clients.
    pub fn now(&self) -> DateTime<Utc> {
        moment(self.shared.world().now)
    }

    /// What time clients are told it is.
    pub fn shown_now(&self) -> DateTime<Utc> {
        moment(self.shared.world().shown_now())
    }

    /// Lives until `to` and writes the statement files of the days that are over. An earlier time changes nothing.
    ///
    /// # Errors
    /// When a statement file cannot be written; time has passed all the same.
    pub fn advance(&self, to: DateTime<Utc>) -> Result<(), SandboxError> {
        self.shared.world().advance(to.timestamp());
        self.shared.news.notify_one();
        write_statements(&self.shared)
    }

    /// Something that would come later comes now: a customer, a card that is tried again, a transfer.
    ///
    /// # Errors
    /// When there is a journal and it cannot be written; then nothing happened.
    pub fn hurry(&self) -> Result<(), SandboxError> {
        self.shared.hurry()
    }

    /// Makes the clock jump: forward the world lives through the time, backward only the shown clock is wrong.
    ///
    /// # Errors
    /// When a statement file cannot be written.
    pub fn jump_clock(&self, seconds: i64) -> Result<(), SandboxError> {
        stripe::jump(&mut self.shared.world(), seconds);
        self.shared.news.notify_one();
        write_statements(&self.shared)
    }

    /// The next request whose path starts with `path_prefix` meets the fault, once. Faults wait in order. For a webhook
    /// post the path is `webhook`, and only `RepeatedEvent` means something there.
    pub fn plan_fault(&self, method: Option<&str>, path_prefix: &str, fault: Fault) {
        let method = method.map(str::to_owned);
        self.shared.world().faults.plan(PlannedFault { method, path_prefix: path_prefix.to_owned(), fault });
    }

    /// From now on so many of ten thousand requests meet a fault by chance; 0 for a calm end of a run.
    pub fn set_fault_rate(&self, requests_per_ten_thousand: u32) {
        self.shared.world().faults.set_request_rate(requests_per_ten_thousand);
    }

    /// From now on nothing goes wrong by chance: requests are answered, events come once, in order and at once. What was
    /// to become visible late still does.
    pub fn calm(&self) {
        let mut world = self.shared.world();
        world.faults.set_request_rate(0);
        world.config.faults.late_movements_per_mille = 0;
        world.events.calm();
    }

    /// The customer's bank sends a refund back now, if it has not yet; whether there is such a refund.
    pub fn fail_refund(&self, id: &str) -> bool {
        let mut world = self.shared.world();
        let Some(refund) = world.refunds.position(id) else { return false };
        world.refund_fails(refund);
        self.shared.news.notify_one();
        true
    }

    /// From now on the key is answered with 401, or works again.
    pub fn revoke_key(&self, secret: &str, revoked: bool) {
        let mut world = self.shared.world();
        for key in world.config.keys.iter_mut().filter(|key| key.secret == secret) {
            key.revoked = revoked;
        }
    }

    /// The next attempts to mail a recipient get these codes, in order; 250 after that.
    pub fn script_mail(&self, recipient: &str, codes: &[u16]) {
        self.shared.world().inbox.script_mail(recipient, codes);
    }

    /// The next posts to `/hooks/<hook>` get these statuses, in order; 200 after that.
    pub fn script_hook(&self, hook: &str, statuses: &[u16]) {
        self.shared.world().inbox.script_hook(hook, statuses);
    }

    /// Every mail that was taken, oldest first.
    pub fn mails(&self) -> Vec<Mail> {
        self.shared.world().inbox.mails.clone()
    }

    /// What each attempt to name a recipient was answered: time in seconds since 1970, recipient, code.
    pub fn mail_attempts(&self) -> Vec<(i64, String, u16)> {
        self.shared.world().inbox.recipients.clone()
    }

    /// Every post to a hook, oldest first.
    pub fn hook_posts(&self) -> Vec<HookPost> {
        self.shared.world().inbox.posts.clone()
    }

    /// Every request that had an effect or met a fault, oldest first.
    pub fn requests(&self) -> Vec<RequestRecord> {
        self.shared.world().record.requests.clone()
    }

    /// How many reads were asked for.
    pub fn reads(&self) -> u64 {
        self.shared.world().record.reads
    }

    /// Every balance of the books that is not zero, now or at the end of a second.
    pub fn balances(&self, at: Option<DateTime<Utc>>) -> Vec<Balance> {
        let world = self.shared.world();
        at.map_or_else(|| world.truth.balances(), |at| world.truth.balances_at(at.timestamp()))
    }

    /// What a kind of account holds in all now, debit positive: `group_balance("receivable", "usd")`.
    pub fn group_balance(&self, group: &str, currency: &str) -> i64 {
        self.shared.world().truth.group_balance(group, currency)
    }

    /// Recurring revenue now, one row per currency (C-15).
    pub fn recurring(&self) -> Vec<Recurring> {
        self.shared.world().recurring()
    }

    /// The journal of the books, oldest first.
    pub fn entries(&self) -> Vec<Entry> {
        self.shared.world().truth.entries().to_vec()
    }

    /// What every bank transfer was meant to pay.
    pub fn transfers(&self) -> Vec<Transfer> {
        self.shared.world().transfers.clone()
    }

    /// Cash and checks that the founder was given.
    pub fn hand_payments(&self) -> Vec<HandPayment> {
        self.shared.world().hand_payments.clone()
    }

    /// Gives the bank an order to give back a payment by hand, or a part of it: `reference` is the giver's own name for it.
    /// The bank shows it one to three working days later, and carries out the same order twice if it is given twice.
    /// Whether it takes it: it knows the payment and sends back no more than was paid.
    pub fn order(&self, reference: &str, hand_payment: &str, amount_minor: i64) -> bool {
        self.shared.world().order(reference, hand_payment, amount_minor)
    }

    /// Orders that the bank was given, oldest first.
    pub fn orders(&self) -> Vec<Order> {
        self.shared.world().orders.clone()
    }

    /// Every refund of a card payment, oldest first.
    pub fn card_refunds(&self) -> Vec<CardRefund> {
        self.shared.world().card_refunds()
    }

    /// Whether a bank contests a card payment, or has, or took a debit back.
    pub fn is_disputed(&self, charge: &str) -> bool {
        let world = self.shared.world();
        world.charges.get(charge).is_some_and(|charge| charge.dispute.is_some() || charge.returned.is_some())
    }

    /// All lines of both bank accounts.
    pub fn bank_lines(&self) -> Vec<BankLine> {
        self.shared.world().bank_lines.clone()
    }

    /// The statement as CSV, from the opening until now. The account is `usd` or `eur`.
    pub fn statement_csv(&self, account: &str) -> String {
        self.shared.world().statement_csv(account, i64::MIN, i64::MAX)
    }

    /// The number on an invoice of the card processor's; `None` before it was finalised.
    pub fn invoice_number(&self, id: &str) -> Option<String> {
        self.shared.world().invoices.get(id)?.number.clone()
    }

    /// Open invoices that the card processor does not go on collecting by itself.
    pub fn uncollected(&self) -> Vec<Uncollected> {
        self.shared.world().uncollected()
    }

    /// A customer's mail address, by the card processor's id.
    pub fn customer_email(&self, id: &str) -> Option<String> {
        Some(self.shared.world().customers.get(id)?.email.clone())
    }

    /// What affiliates brought.
    pub fn affiliate_sales(&self) -> Vec<AffiliateSale> {
        self.shared.world().affiliate_sales.clone()
    }

    /// What every subscribed customer used on the day of `at`.
    pub fn usage(&self, at: DateTime<Utc>) -> Vec<Usage> {
        self.shared.world().usage(at.timestamp())
    }

    /// How many objects of each kind there are, by their names in the interface.
    pub fn counts(&self) -> serde_json::Value {
        faces::counts(&self.shared.world())
    }

    /// What is wrong with the simulation's own arithmetic; empty when nothing is.
    pub fn broken_identities(&self) -> Vec<String> {
        self.shared.world().broken_identities()
    }

    /// Stops answering, lets connections end for a second, and waits for it.
    pub async fn stop(mut self) {
        let _ = self.stop.send(true);
        while self.tasks.join_next().await.is_some() {}
    }
}

fn moment(at: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(at, 0).unwrap_or_default()
}
