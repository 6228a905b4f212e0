//! Connected providers at work: the poll, the comparison of the day, and what is told to whom when an invoice is settled.

use std::sync::Arc;
use std::time::{Duration as Time, Instant};

use chrono::{DateTime, Duration, NaiveDate, Utc};
use purser_connectors::stripe::verify_signature;
use purser_sandbox::{Fault, READ_KEY, SandboxConfig, SandboxHandle, WRITE_KEY};
use serde_json::{Value, json};

use crate::world::{World, cents, simulated, text};

const HOOK_SECRET: &str = "a secret of the application";

/// A company with a simulated provider of payments, which opened a day after its books.
pub struct Linked {
    pub world: World,
    sandbox: Option<SandboxHandle>,
    runtime: tokio::runtime::Runtime,
}

impl Linked {
    pub fn new(seed: u64, change: impl FnOnce(&mut SandboxConfig)) -> Linked {
        let world = World::new();
        let mut config = SandboxConfig::new(seed);
        config.start = "2026-09-02".parse().unwrap();
        config.until = Some("2026-11-17T09:00:00Z".parse().unwrap());
        config.customers = 40;
        (config.euros, config.expenses) = (false, false);
        change(&mut config);
        let (sandbox, runtime) = simulated(config);
        Linked { world, sandbox: Some(sandbox), runtime }
    }

    pub fn sandbox(&self) -> &SandboxHandle {
        self.sandbox.as_ref().unwrap()
    }

    pub fn connect(&self, secrets: Value) -> Value {
        let asked = json!({"provider": "stripe", "base_url": self.sandbox().url(), "options": {}, "secrets": secrets});
        self.world.ok("connect", asked)["connection"].clone()
    }

    pub fn connect_application(&self) {
        let url = format!("{}/hooks/application", self.sandbox().url());
        let asked = json!({"provider": "webhook", "base_url": url, "options": {}, "secrets": {"secret": HOOK_SECRET}});
        let row = self.world.ok("connect", asked)["connection"].clone();
        assert_eq!(row["state"], "ok", "{row}");
    }

    /// Runs a job and gives its row.
    pub fn run(&self, name: &str) -> Value {
        self.world.ok("job_run", json!({"name": name, "wait_seconds": 120}))
    }

    /// The newest run that reads Stripe, once more of them than these have ended by themselves.
    pub fn next_run(&self, ended_before: usize) -> Value {
        let until = Instant::now() + Time::from_secs(30);
        loop {
            let keys = self.world.ok("runs_index", json!({"job": "stripe"}))["keys"].clone();
            let rows = self.world.ok("runs_rows", json!({"keys": keys}));
            let ended: Vec<&Value> =
                rows.as_array().unwrap().iter().filter(|run| !run["ended_at"].is_null()).collect();
            if ended.len() > ended_before {
                return ended[0].clone();
            }
            assert!(Instant::now() < until, "nothing was read: {rows}");
            std::thread::sleep(Time::from_millis(20));
        }
    }

    pub fn live(&self, by: Duration) {
        self.world.advance(by);
        let sandbox = self.sandbox();
        sandbox.advance(sandbox.now() + by).unwrap();
    }

    pub fn kinds(&self) -> Vec<String> {
        let queue = self.world.ok("attention", json!({}));
        queue.as_array().unwrap().iter().map(|item| text(&item["kind"])).collect()
    }

    fn health(&self) -> (String, Value) {
        let all = self.world.ok("connections", json!({}))["connections"].clone();
        (text(&all[0]["state"]), all[0]["trouble"]["code"].clone())
    }

    /// Invoices that the provider was told of as paid elsewhere, one per accepted request.
    pub fn told(&self) -> Vec<String> {
        let told = self.sandbox().requests().into_iter().filter(|request| !request.replayed);
        told.filter_map(|request| Some(request.effect?.strip_suffix(" paid out of band")?.to_owned()))
            .collect()
    }

    /// What the application was posted, each with a signature that is right.
    pub fn posts(&self) -> Vec<Value> {
        let posts = self.sandbox().hook_posts();
        let real = posts.iter().filter(|post| post.hook == "application").map(|post| {
            let header = &post.headers.iter().find(|(name, _)| name == "purser-signature").unwrap().1;
            let secret = HOOK_SECRET.to_owned().into();
            verify_signature(header, post.body.as_bytes(), &[secret], Utc::now()).unwrap();
            serde_json::from_str::<Value>(&post.body).unwrap()
        });
        real.filter(|body| body["type"] != "ping").collect()
    }

    /// The bank's statement, without the opening deposit.
    pub fn import_statement(&self) {
        let whole = self.sandbox().statement_csv("usd");
        let rows: Vec<&str> =
            whole.lines().skip(1).filter(|line| !line.ends_with("OPENING DEPOSIT")).collect();
        self.world.statement(&rows);
    }

    /// The undo of what was decided has passed, and the outbox works.
    pub fn send(&self) {
        self.world.advance(Duration::seconds(11));
        self.world.step();
    }
}

/// How many facts a run of the poll says it brought.
fn facts(run: &Value) -> u64 {
    text(&run["result"])
        .split(' ')
        .next()
        .unwrap()
        .replace(',', "")
        .parse()
        .unwrap_or_else(|_| panic!("{run}"))
}

pub fn both_keys() -> Value {
    json!({"read_key": READ_KEY, "write_key": WRITE_KEY})
}

#[test]
fn js_01_mi_04_the_poll_brings_what_happened_and_the_balance_of_the_day_agrees() {
    let linked = Linked::new(7, |_| {});
    assert_eq!(linked.world.code("job_run", json!({"name": "stripe", "wait_seconds": 1})), "job_needs");
    assert_eq!(linked.connect(both_keys())["state"], "ok");
    let first = linked.run("stripe");
    assert_eq!(first["state"], "succeeded", "{first}");
    assert!(facts(&first) > 200, "{first}");
    let metrics = linked.world.ok("metrics", json!({"from": null, "to": null}));
    let truth = linked.sandbox().recurring();
    let mrr = cents(&metrics["end"][0]["mrr"]);
    // A price that is paid by the year is rounded to a cent a month.
    let rounded = 6 * i64::try_from(truth[0].subscriptions).unwrap();
    let apart = (mrr * 12 - truth[0].annual_minor).abs();
    assert!(apart <= rounded, "{mrr} a month, {} a year", truth[0].annual_minor);
    let compared = linked.run("stripe-balance");
    assert!(text(&compared["result"]).ends_with("The balance agrees."), "{compared}");
    let before = linked.world.journal_total();
    assert_eq!(linked.run("stripe")["result"], "Nothing new.");
    assert_eq!(linked.world.journal_total(), before);
    linked.live(Duration::days(2));
    let later = linked.run("stripe");
    assert!(facts(&later) > 0, "{later}");
}

#[test]
fn js_10_a_stretch_or_everything_is_read_once_more_and_nothing_is_booked_twice() {
    let linked = Linked::new(7, |_| {});
    linked.connect(both_keys());
    linked.run("stripe");
    linked.live(Duration::days(3));
    linked.run("stripe");
    let before = linked.world.journal_total();
    let again = |hours: Value| {
        let report = linked.world.ok("sync", json!({"providers": [], "again_hours": hours}));
        let sum = |what: &str| -> u64 {
            let kinds = report["sources"][0]["kinds"].as_array().unwrap();
            kinds.iter().map(|kind| kind[what].as_u64().unwrap()).sum()
        };
        assert_eq!(linked.world.journal_total(), before);
        assert_eq!(report["sources"][0]["differences"], json!([]));
        (sum("new"), sum("known"))
    };
    assert_eq!(again(Value::Null), (0, 0), "only what is new");
    let (new, of_a_day) = again(json!(24));
    assert_eq!(new, 0);
    let (_, of_three) = again(json!(72));
    assert!(0 < of_a_day && of_a_day < of_three, "{of_a_day} of a day, {of_three} of three");
    // States that no event tells of, such as that a balance transaction is available by now, may be new.
    let (new, all) = again(json!(0));
    assert!(all > 200, "{new} new, {all} known");
    assert_eq!(again(Value::Null), (0, 0), "and reading goes on where it stood");
    assert_eq!(linked.world.code("sync", json!({"providers": [], "again_hours": 700})), "hours");
}

#[test]
fn js_01_what_is_connected_is_read_for_the_first_time_at_once() {
    let linked = Linked::new(11, |_| {});
    linked.world.program().work(Arc::new(|_| {}));
    let keys = json!({"read_key": READ_KEY});
    linked.connect(keys.clone());
    let run = linked.next_run(0);
    assert_eq!(
        (&run["cause"], &run["state"]),
        (&json!("After it was connected"), &json!("succeeded")),
        "{run}"
    );
    assert_ne!(linked.world.ok("glance", json!({}))["told_at"], Value::Null);
    // What was read once waits for its minute.
    linked.connect(keys);
    assert_eq!(linked.world.ok("runs_index", json!({"job": "stripe"}))["keys"].as_array().unwrap().len(), 1);
}

#[test]
fn js_01_what_a_single_command_connected_is_read_when_the_program_works() {
    let linked = Linked::new(11, |_| {});
    let of_stripe = || linked.world.ok("runs_index", json!({"job": "stripe"}))["keys"].clone();
    linked.connect(json!({"read_key": READ_KEY}));
    assert_eq!(of_stripe(), json!([]));
    let glance = linked.world.ok("glance", json!({}));
    assert_eq!((&glance["connected"], &glance["told_at"]), (&json!(true), &Value::Null));
    linked.world.program().work(Arc::new(|_| {}));
    assert_eq!(of_stripe().as_array().unwrap().len(), 1);
}

#[test]
fn ma_14_a_revoked_key_is_one_question_and_an_outage_is_none() {
    let linked = Linked::new(8, |_| {});
    linked.connect(both_keys());
    linked.run("stripe");
    linked.sandbox().revoke_key(READ_KEY, true);
    for _ in 0..3 {
        linked.live(Duration::minutes(1));
        assert_eq!(linked.run("stripe")["state"], "failed");
    }
    let asked = |kind: &str| linked.kinds().iter().filter(|each| *each == kind).count();
    assert_eq!((asked("connection_failing"), asked("job_failed")), (1, 0), "{:?}", linked.kinds());
    assert_eq!(linked.health(), ("failing".to_owned(), json!("secret_refused")));
    linked.sandbox().revoke_key(READ_KEY, false);
    linked.live(Duration::minutes(1));
    assert_eq!(linked.run("stripe")["state"], "succeeded");
    assert_eq!((asked("connection_failing"), linked.health().0), (0, "ok".to_owned()));
    let Linked { world, sandbox, runtime } = linked;
    runtime.block_on(sandbox.unwrap().stop());
    let failed = world.ok("job_run", json!({"name": "stripe", "wait_seconds": 120}));
    assert_eq!(failed["state"], "failed");
    assert!(text(&failed["result"]).contains("cannot be reached"), "{failed}");
    let row = world.ok("connections", json!({}))["connections"][0].clone();
    assert_eq!((&row["state"], &row["trouble"]["code"]), (&json!("failing"), &json!("unreachable")));
    assert_eq!(
        world
            .ok("attention", json!({}))
            .as_array()
            .unwrap()
            .iter()
            .filter(|item| item["kind"] == "connection_failing")
            .count(),
        0
    );
}

#[test]
fn c_2_how_much_of_the_allowance_a_poll_used_is_kept_with_the_connection() {
    let linked = Linked::new(8, |_| {});
    let rate = || linked.world.ok("connections", json!({}))["connections"][0]["rate"].clone();
    linked.connect(both_keys());
    assert_eq!(rate(), Value::Null, "nothing was read yet");
    linked.run("stripe");
    let first = rate();
    assert!((2..=10_000).contains(&first["used"].as_u64().unwrap()), "{first}");
    assert_eq!((&first["seconds"], &first["slowed"]), (&json!(1), &json!(0)), "{first}");

    // A quiet poll uses less: the busiest second of the quarter of an hour stays, and so does the audit.

    let rows = || {
        let audit = linked.world.ok("audit_index", json!({"text": "connection.rate"}));
        audit["keys"].as_array().unwrap().len()
    };
    let (noted, slow) = (rows(), |seconds| Fault::TooManyRequests { retry_after_seconds: seconds });
    linked.world.advance(Duration::minutes(1));
    linked.run("stripe");
    assert_eq!((rate(), rows()), (first, noted));

    linked.sandbox().plan_fault(None, "/v1/events", slow(0));
    linked.world.advance(Duration::minutes(1));
    assert_eq!(linked.run("stripe")["state"], "succeeded", "it is tried again");
    assert_eq!(rate()["slowed"], 1, "{}", rate());
    assert_eq!(rows(), noted + 1);

    // An hour later, with a pause that is the schedule's business: the poll fails, and what was said is kept.
    linked.world.advance(Duration::hours(1));
    linked.sandbox().plan_fault(None, "/v1/events", slow(3600));
    assert_eq!(linked.run("stripe")["state"], "failed");
    assert_eq!((rate()["slowed"].clone(), linked.health().1), (json!(1), json!("rate_limited")));
    assert_eq!(rows(), noted + 2);
}

#[test]
fn mi_02_what_a_bank_transfer_settles_is_told_to_stripe_and_to_the_application_once() {
    let linked = Linked::new(9, |config| (config.transfers_per_mille, config.by_hand_per_mille) = (1000, 0));
    linked.connect(both_keys());
    linked.connect_application();
    linked.run("stripe");
    linked.import_statement();
    let matched = linked.world.ok("match_run", json!({"apply": true}));
    assert!(matched["booked"].as_u64().unwrap() > 10, "{matched}");
    linked.world.step();
    assert!(linked.told().is_empty() && linked.posts().is_empty(), "not before the undo has passed");
    linked.send();
    let (told, posts) = (linked.told(), linked.posts());
    assert!(told.len() > 10, "{told:?}");
    let paid: Vec<String> =
        posts.iter().map(|post| format!("invoice {}", text(&post["invoice"]["provider_id"]))).collect();
    let sorted = |mut all: Vec<String>| {
        all.sort();
        all
    };
    assert_eq!(sorted(told.clone()), sorted(paid), "both hear of the same invoices");
    assert!(
        posts
            .iter()
            .all(|post| post["type"] == "payment.settled" && post["payment"]["method"] == "bank_transfer")
    );

    // The echo books nothing, and nobody is told again.
    let before = linked.world.journal_total();
    linked.live(Duration::minutes(5));
    linked.run("stripe");
    assert_eq!(linked.world.match_apply(), 0);
    linked.send();
    assert_eq!((linked.told(), linked.posts().len()), (told, posts.len()));
    assert!(linked.world.journal_total() - before < 5, "only what happened meanwhile");
    assert!(text(&linked.run("stripe-balance")["result"]).ends_with("The balance agrees."));

    // Taken back: the application hears it, and the founder is asked to correct Stripe.
    let settled = text(&posts[0]["invoice"]["number"]);
    let results = matched["results"].as_array().unwrap();
    let line = results
        .iter()
        .find(|result| result["invoices"].as_array().is_some_and(|all| all.contains(&json!(settled))));
    linked.world.ok("match_undo", json!({"id": line.unwrap()["transaction"]}));
    linked.send();
    let last = linked.posts().last().unwrap().clone();
    assert_eq!((&last["type"], &last["invoice"]["number"]), (&json!("payment.reversed"), &json!(settled)));
    assert!(linked.kinds().contains(&"tell_provider".to_owned()), "{:?}", linked.kinds());

    // Matched once more: both agree again, and the application hears that too, under a key of its own.
    linked.world.ok("match_run", json!({"apply": true}));
    linked.send();
    assert!(!linked.kinds().contains(&"tell_provider".to_owned()), "{:?}", linked.kinds());
    let again = linked.posts().last().unwrap().clone();
    assert_eq!((&again["type"], &again["invoice"]["number"]), (&json!("payment.settled"), &json!(settled)));
    assert_ne!(again["id"], posts[0]["id"]);
}

#[test]
fn mi_02_what_is_undone_in_time_is_told_to_nobody_and_without_a_write_key_the_founder_is_asked() {
    let linked = Linked::new(9, |config| (config.transfers_per_mille, config.by_hand_per_mille) = (1000, 0));
    linked.connect(json!({"read_key": READ_KEY}));
    linked.run("stripe");
    linked.import_statement();
    linked.world.match_apply();
    let asked = linked.kinds().iter().filter(|kind| *kind == "tell_provider").count();
    assert!(asked > 10, "{asked}");
    linked.send();
    assert!(linked.told().is_empty());
    // The founder marks one as paid there: its question goes.
    let open = linked.world.ok("attention", json!({}));
    let question = open.as_array().unwrap().iter().find(|item| item["kind"] == "tell_provider").unwrap();
    assert!(text(&question["reason"]).contains("no key that may tell it"), "{question}");

    let linked = Linked::new(9, |config| (config.transfers_per_mille, config.by_hand_per_mille) = (1000, 0));
    linked.connect(both_keys());
    linked.connect_application();
    linked.run("stripe");
    linked.import_statement();
    linked.world.match_apply();
    let outbox = linked.world.ok("outbox", json!({}));
    let waiting = outbox.to_string().matches("payment_settled").count();
    assert!(waiting > 10, "{outbox}");
    for import in linked.world.ok("imports", json!({}))["imports"].as_array().unwrap() {
        linked.world.ok("import_undo", json!({"id": import["id"]}));
    }
    linked.send();
    assert!(linked.told().is_empty() && linked.posts().is_empty());
}

#[test]
fn the_demo_lives_on_simulated_providers_and_is_found_again_as_it_was_left() {
    let mut world = World::demo();
    let run = |world: &World, name: &str| world.ok("job_run", json!({"name": name, "wait_seconds": 120}));
    let first = run(&world, "stripe");
    assert!(facts(&first) > 500, "{first}");
    assert!(text(&run(&world, "stripe-balance")["result"]).ends_with("The balance agrees."));
    let metrics = world.ok("metrics", json!({"from": null, "to": null}));
    assert!(cents(&metrics["end"][0]["mrr"]) > 100_000, "{metrics}");
    let connected = world.ok("connections", json!({}))["connections"].clone();
    let names: Vec<&str> =
        connected.as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap()).collect();
    assert_eq!(names, ["stripe:main", "smtp:main", "webhook:main"]);
    let rows = world.ok("tie_out", json!({}))["rows"].clone();
    assert!(rows.as_array().unwrap().iter().all(|row| cents(&row["unexplained"]) == 0), "{rows}");

    world.restart();
    world.advance(Duration::days(3));
    std::thread::sleep(Time::from_millis(10));
    let later = run(&world, "stripe");
    assert_eq!(later["state"], "succeeded", "{later}");
    assert!(text(&run(&world, "stripe-balance")["result"]).ends_with("The balance agrees."));
    assert_eq!(world.ok("verify", json!({}))["ok"], true);
    let start: NaiveDate = text(&world.ok("company", json!({}))["books_start"]).parse().unwrap();
    assert!(start < DateTime::<Utc>::from(std::time::SystemTime::now()).date_naive());
    world.leave();
}
