//! What was told of an invoice, where nobody knows whether it arrived, and the invoice is open again by then (MI-02).

use chrono::Duration;
use purser_sandbox::{Fault, WRITE_KEY};
use serde_json::{Value, json};

use crate::post_box::{Answer, PostBox};
use crate::providers::{Linked, both_keys};
use crate::world::{World, cents, payment, text};

/// A company whose customers pay by bank transfer, read and compared; what is to be told waits for its undo.
struct Scene {
    linked: Linked,
    matched: Value,
}

impl Scene {
    fn new() -> Scene {
        let linked =
            Linked::new(9, |config| (config.transfers_per_mille, config.by_hand_per_mille) = (1000, 0));
        linked.connect(both_keys());
        linked.run("stripe");
        linked.import_statement();
        let matched = linked.world.ok("match_run", json!({"apply": true}));
        assert!(matched["booked"].as_u64().unwrap() > 10, "{matched}");
        Scene { linked, matched }
    }

    /// Sends what waits, of which the first meets a fault; the number of its invoice.
    fn send_with(&self, fault: Fault) -> String {
        self.linked.sandbox().plan_fault(Some("POST"), "/v1/invoices", fault);
        self.linked.send();
        let (state, title) = self.telling(|state, _| state == "unknown");
        assert_eq!(state, "unknown");
        let title = title.strip_prefix("Tell Stripe that ").unwrap();
        title.strip_suffix(" is paid").unwrap().to_owned()
    }

    /// State and title of the effect that tells Stripe something, and fits; of those that have ended the newest.
    fn telling(&self, fits: impl Fn(&str, &str) -> bool) -> (String, String) {
        let rows = self.linked.world.ok("outbox", json!({}))["effects"].clone();
        let told = rows.as_array().unwrap().iter().filter(|row| row["kind"] == "provider.paid_outside");
        let found = told
            .map(|row| (text(&row["state"]), text(&row["title"])))
            .find(|(state, title)| fits(state, title));
        found.unwrap_or_else(|| panic!("{rows}"))
    }

    fn state_of(&self, invoice: &str) -> String {
        self.telling(|_, title| title.contains(invoice)).0
    }

    /// Takes back the match that settled an invoice.
    fn open_again(&self, invoice: &str) {
        let results = self.matched["results"].as_array().unwrap();
        let line = results
            .iter()
            .find(|result| result["invoices"].as_array().is_some_and(|all| all.contains(&json!(invoice))));
        self.linked.world.ok("match_undo", json!({"id": line.unwrap()["transaction"]}));
        assert_ne!(self.linked.world.invoice(invoice).0, "paid");
    }

    /// The outbox works on for a while.
    fn work(&self) {
        for _ in 0..3 {
            self.linked.world.advance(Duration::minutes(20));
            self.linked.world.step();
        }
    }

    /// How often Stripe was told of an invoice.
    fn told(&self, invoice: &str) -> usize {
        let sandbox = self.linked.sandbox();
        let told = self.linked.told();
        let ids = told.iter().filter_map(|words| words.strip_prefix("invoice "));
        ids.filter(|id| sandbox.invoice_number(id).as_deref() == Some(invoice)).count()
    }

    fn asked(&self, kind: &str) -> usize {
        self.linked.kinds().iter().filter(|each| *each == kind).count()
    }

    /// The line is matched once more, and what is to be told then has left.
    fn settle_again(&self) {
        self.linked.world.ok("match_run", json!({"apply": true}));
        self.linked.send();
        self.work();
    }
}

#[test]
fn mi_02_what_stripe_did_without_an_answer_is_found_there_and_is_the_founders_to_correct() {
    let scene = Scene::new();
    let invoice = scene.send_with(Fault::ConnectionResetAfterActing);
    scene.open_again(&invoice);
    assert_eq!(scene.asked("tell_provider"), 0, "nobody knows yet whether Stripe believes it to be paid");
    scene.work();
    assert_eq!((scene.state_of(&invoice).as_str(), scene.told(&invoice)), ("sent", 1));
    assert_eq!(scene.asked("tell_provider"), 1, "{:?}", scene.linked.kinds());

    // Its echo comes when the invoice is open already: that it is paid there answers nothing.
    scene.linked.live(Duration::minutes(5));
    scene.linked.run("stripe");
    assert_eq!(scene.asked("tell_provider"), 1, "{:?}", scene.linked.kinds());
    scene.settle_again();
    assert_eq!(
        (scene.asked("tell_provider"), scene.told(&invoice)),
        (0, 1),
        "both agree, and once is enough"
    );
}

#[test]
fn mi_02_what_stripe_did_not_do_is_not_sent_any_more_until_the_invoice_is_settled_again() {
    let scene = Scene::new();
    let invoice = scene.send_with(Fault::ConnectionReset);
    scene.open_again(&invoice);
    scene.work();
    assert_eq!((scene.state_of(&invoice).as_str(), scene.told(&invoice)), ("cancelled", 0));
    assert_eq!((scene.asked("tell_provider"), scene.asked("effect_unknown")), (0, 0));
    scene.settle_again();
    assert_eq!((scene.state_of(&invoice).as_str(), scene.told(&invoice)), ("sent", 1));
}

#[test]
fn mi_02_a_telling_that_arrived_and_was_given_up_shows_when_stripe_tells_of_it() {
    let scene = Scene::new();
    let invoice = scene.send_with(Fault::ConnectionResetAfterActing);
    scene.open_again(&invoice);
    scene.linked.sandbox().revoke_key(WRITE_KEY, true);
    for _ in 0..4 {
        scene.work();
    }
    assert_eq!((scene.asked("effect_unknown"), scene.asked("tell_provider")), (1, 0));
    let rows = scene.linked.world.ok("outbox", json!({}))["effects"].clone();
    let unknown = rows.as_array().unwrap().iter().find(|row| row["state"] == "unknown").unwrap();
    let answer = json!({"id": unknown["id"], "answer": "again"});
    let done = scene.linked.world.ok("effect_resolve", answer);
    assert!(done.to_string().contains("not wanted any more"), "{done}");
    assert_eq!((scene.state_of(&invoice).as_str(), scene.asked("effect_unknown")), ("cancelled", 0));
    scene.linked.sandbox().revoke_key(WRITE_KEY, false);
    scene.work();
    assert_eq!((scene.told(&invoice), scene.asked("tell_provider")), (1, 0));
    scene.linked.live(Duration::minutes(5));
    scene.linked.run("stripe");
    assert_eq!(scene.asked("tell_provider"), 1, "Stripe believes it to be paid: {:?}", scene.linked.kinds());
}

#[test]
fn mi_02_a_telling_that_was_refused_cannot_be_sent_again_once_its_invoice_is_open() {
    let scene = Scene::new();
    let sandbox = scene.linked.sandbox();
    sandbox.revoke_key(WRITE_KEY, true);
    scene.linked.send();
    for _ in 0..10 {
        scene.work();
    }
    assert!(scene.asked("effect_failed") > 10, "{:?}", scene.linked.kinds());
    let (_, title) = scene.telling(|state, _| state == "failed");
    let invoice =
        title.strip_prefix("Tell Stripe that ").and_then(|rest| rest.strip_suffix(" is paid")).unwrap();
    let before = scene.asked("effect_failed");
    scene.open_again(invoice);
    assert_eq!((scene.state_of(invoice).as_str(), scene.asked("effect_failed")), ("cancelled", before - 1));
}

#[test]
fn mi_02_an_application_in_trouble_hears_what_happened_in_its_order() {
    let (world, application) = (World::owing(), PostBox::start());
    world.ok("connect", webhook(&application));
    let recorded = check(&world);
    world.advance(Duration::seconds(11));
    world.settle();
    // It is in trouble for a while: what came first is tried at longer and longer distances.
    application.answer(&[Answer::Say(503, ""); 4]);
    world.ok("undo", json!({"id": recorded["done"]["undo"]}));
    for seconds in [11, 3, 5] {
        world.advance(Duration::seconds(seconds));
        world.settle();
    }
    check(&world);
    for _ in 0..6 {
        world.advance(Duration::seconds(11));
        world.settle();
    }
    let posts = application.posts();
    let told: Vec<&str> = posts.iter().filter_map(|post| post.header("purser-event-id")).collect();
    let (settled, again) = (told[1], told[told.len() - 1]);
    assert!(settled.ends_with(":1") && again.starts_with("settled:") && again.ends_with(":2"), "{told:?}");
    let between = &told[2..told.len() - 1];
    assert_eq!(between, vec![format!("reversed:{settled}"); 5], "four times in vain, and then it took it");
}

#[test]
fn mi_02_a_card_payment_given_to_an_invoice_by_hand_is_told_like_any_other_money() {
    let application = PostBox::start();
    let linked = Linked::new(9, |config| (config.transfers_per_mille, config.by_hand_per_mille) = (500, 0));
    linked.connect(both_keys());
    linked.world.ok("connect", webhook(&application));
    linked.run("stripe");
    linked.send();
    let waiting = linked.world.ok("charges_waiting", json!({}))["rows"].clone();
    let open = linked.world.ok("invoices_index", json!({"state": "open", "text": "", "sort": ""}));
    let rows = linked.world.ok("invoices_rows", json!({"keys": open["keys"]}));
    let fits = |charge: &&Value, invoice: &Value| {
        let (has, owes) = (&charge["amount"], &invoice["open"]);
        has["currency"] == owes["currency"] && cents(has) >= cents(owes)
    };
    let (waiting, rows) = (waiting.as_array().unwrap(), rows.as_array().unwrap());
    let found = rows.iter().find_map(|row| Some((waiting.iter().find(|charge| fits(charge, row))?, row)));
    let (charge, invoice) = found.expect("a payment without invoice that is enough for an invoice");
    let number = text(&invoice["number"]);
    let told = |linked: &Linked| {
        let sandbox = linked.sandbox();
        let ids = linked.told();
        let ids = ids.iter().filter_map(|words| words.strip_prefix("invoice "));
        ids.filter(|id| sandbox.invoice_number(id).as_deref() == Some(number.as_str())).count()
    };
    let give = json!({"id": charge["id"], "to": "invoice", "target": number});

    // Taken back inside its undo nothing leaves.
    let done = linked.world.ok("charge_resolve", give.clone());
    linked.world.ok("undo", json!({"id": done["undo"]}));
    linked.send();
    assert_eq!((told(&linked), application.posts().len()), (0, 1), "the ping alone");

    linked.world.ok("charge_resolve", give);
    linked.send();
    assert_eq!((told(&linked), application.posts().len()), (1, 2));
    let post: Value = serde_json::from_str(&application.posts()[1].body).unwrap();
    assert_eq!((&post["type"], &post["payment"]["method"]), (&json!("payment.settled"), &json!("card")));
    linked.live(Duration::minutes(5));
    linked.run("stripe");
    assert_eq!((told(&linked), linked.world.invoice(&number).0), (1, "paid".to_owned()));
    assert!(!linked.kinds().contains(&"tell_provider".to_owned()), "{:?}", linked.kinds());
    assert_eq!(linked.world.ok("verify", json!({}))["ok"], true);
}

fn webhook(application: &PostBox) -> Value {
    json!({"provider": "webhook", "base_url": application.url(), "options": {},
        "secrets": {"secret": "a secret of the application"}})
}

/// A check of Birch Foods, which settles an invoice.
fn check(world: &World) -> Value {
    let mut form = payment("Birch Foods", "588.00", "check");
    form["allocations"] = json!([{"invoice": "NB-202611-0002", "amount": "588.00"}]);
    form["email_receipt"] = json!(false);
    world.ok("payment_record", form)
}

#[test]
fn mi_02_a_post_without_an_answer_is_not_repeated_after_the_news_that_it_is_not_true_any_more() {
    let (world, application) = (World::owing(), PostBox::start());
    assert_eq!(world.ok("connect", webhook(&application))["connection"]["state"], "ok");
    application.answer(&[Answer::TakeAndHangUp]);
    let recorded = check(&world);
    world.advance(Duration::seconds(11));
    world.step();
    world.ok("undo", json!({"id": recorded["done"]["undo"]}));
    for _ in 0..4 {
        world.advance(Duration::minutes(20));
        world.settle();
    }
    let posts = application.posts();
    let told: Vec<&str> = posts.iter().filter_map(|post| post.header("purser-event-id")).collect();
    assert_eq!(told.len(), 3, "the ping, and one of each: {told:?}");
    assert!(told[1].starts_with("settled:") && told[2] == format!("reversed:{}", told[1]), "{told:?}");
    assert_eq!(world.ok("attention", json!({})), json!([]), "nothing needs the founder");
}
