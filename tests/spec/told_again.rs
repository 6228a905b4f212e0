//! An application that did not activate what was bought is told again by hand (TS-42).

use chrono::Duration;
use serde_json::{Value, json};

use crate::command_line::{Desk, binary};
use crate::post_box::{Answer, PostBox};
use crate::providers::{Linked, both_keys};
use crate::world::{World, payment, text};

const NUMBER: &str = "NB-202611-0002";

fn webhook(application: &PostBox) -> Value {
    json!({"provider": "webhook", "base_url": application.url(), "options": {},
        "secrets": {"secret": "a secret of the application"}})
}

/// A check of Birch Foods, which settles an invoice, and the undo of it.
fn check(world: &World) -> Value {
    let mut form = payment("Birch Foods", "588.00", "check");
    form["allocations"] = json!([{"invoice": NUMBER, "amount": "588.00"}]);
    form["email_receipt"] = json!(false);
    world.ok("payment_record", form)["done"]["undo"].clone()
}

fn tell(world: &World) -> String {
    text(&world.ok("invoice_tell_application", json!({"number": NUMBER}))["say"])
}

fn send(world: &World) {
    world.advance(Duration::seconds(11));
    world.settle();
}

/// Bodies of what the application was posted, without the ping.
fn bodies(application: &PostBox) -> Vec<Value> {
    let posts = application.posts();
    let all = posts.iter().map(|post| serde_json::from_str::<Value>(&post.body).unwrap());
    all.filter(|body| body["type"] != "ping").collect()
}

#[test]
fn ts_42_a_paid_invoice_is_told_again_with_the_same_words_under_a_new_id() {
    let (world, application) = (World::owing(), PostBox::start());
    assert_eq!(world.code("invoice_tell_application", json!({"number": NUMBER})), "no_application");
    world.ok("connect", webhook(&application));
    assert_eq!(world.code("invoice_tell_application", json!({"number": NUMBER})), "invoice_not_paid");
    assert_eq!(world.ok("invoice", json!({"number": NUMBER}))["can_tell"], false);
    let undo = check(&world);
    assert_eq!(world.ok("invoice", json!({"number": NUMBER}))["can_tell"], true);
    // The automatic one still waits for its undo.
    assert!(tell(&world).contains("on its way already"));
    send(&world);
    assert_eq!(bodies(&application).len(), 1);

    assert_eq!(tell(&world), "Your application is told again that NB-202611-0002 is paid.");
    assert!(tell(&world).contains("on its way already"), "pressed twice");
    send(&world);
    let told = bodies(&application);
    assert_eq!(told.len(), 2);
    let id = |body: &Value| text(&body["id"]);
    assert!(id(&told[0]).ends_with(":1") && id(&told[1]).ends_with(":2"), "{told:?}");
    for part in ["type", "invoice", "customer", "payment"] {
        assert_eq!(told[0][part], told[1][part], "{part}");
    }
    let audited = world.ok("audit_index", json!({"text": "invoice.tell_application"}))["keys"].clone();
    assert_eq!(audited.as_array().unwrap().len(), 1, "one row for the one that was queued");

    // It is open again: that is told once, after both.
    world.ok("undo", json!({"id": undo}));
    send(&world);
    send(&world);
    let told = bodies(&application);
    assert_eq!((told.len(), &told[2]["type"]), (3, &json!("payment.reversed")));
    assert_eq!(world.code("invoice_tell_application", json!({"number": NUMBER})), "invoice_not_paid");
    check(&world);
    send(&world);
    assert_eq!(bodies(&application).iter().filter(|body| body["type"] == "payment.settled").count(), 3);
    assert_eq!(world.ok("verify", json!({}))["ok"], true);
}

#[test]
fn ts_42_what_is_open_again_before_the_second_telling_left_is_still_told_to_be_open() {
    let (world, application) = (World::owing(), PostBox::start());
    world.ok("connect", webhook(&application));
    let undo = check(&world);
    send(&world);
    tell(&world);
    world.ok("undo", json!({"id": undo}));
    send(&world);
    send(&world);
    let told: Vec<String> = bodies(&application).iter().map(|body| text(&body["type"])).collect();
    assert_eq!(told, ["payment.settled", "payment.reversed"], "the second telling did not leave");
}

#[test]
fn ts_42_a_telling_that_was_refused_gives_way_to_the_new_one() {
    let (world, application) = (World::owing(), PostBox::start());
    world.ok("connect", webhook(&application));
    application.answer(&[Answer::Say(410, "")]);
    check(&world);
    send(&world);
    let failed = |world: &World| world.ok("attention", json!({})).to_string().contains("effect_failed");
    assert!(failed(&world), "{}", world.ok("outbox", json!({})));
    tell(&world);
    assert!(!failed(&world), "nobody is asked about the old one any more");
    send(&world);
    let told = bodies(&application);
    assert_eq!(text(&told[told.len() - 1]["id"]).rsplit(':').next(), Some("2"));
    assert!(!failed(&world));
}

#[test]
fn ts_42_what_was_paid_by_card_at_stripe_is_told_by_hand_and_stays_true() {
    let linked = Linked::new(9, |config| (config.transfers_per_mille, config.by_hand_per_mille) = (0, 0));
    linked.connect(both_keys());
    linked.connect_application();
    linked.run("stripe");
    linked.send();
    assert_eq!(linked.posts(), Vec::<Value>::new(), "Stripe tells what it settled itself");
    let paid =
        linked.world.ok("invoices_index", json!({"state": "paid", "text": "", "sort": ""}))["keys"].clone();
    let rows = linked.world.ok("invoices_rows", json!({"keys": paid}));
    let number = text(&rows[0]["number"]);
    linked.world.ok("invoice_tell_application", json!({"number": number}));
    for _ in 0..3 {
        linked.send();
        linked.live(Duration::days(1));
        linked.run("stripe");
    }
    let posts = linked.posts();
    assert_eq!(posts.len(), 1, "{posts:?}");
    assert_eq!(
        (&posts[0]["type"], &posts[0]["payment"]["method"]),
        (&json!("payment.settled"), &json!("card"))
    );
    assert_eq!(
        (&posts[0]["invoice"]["number"], &posts[0]["invoice"]["total"]["currency"]),
        (&json!(number), &json!("USD"))
    );
}

#[test]
fn ts_42_the_command_line_tells_it_too_and_says_why_not() {
    let Some(binary) = binary() else {
        println!("skipped: the program is not built; `cargo build -p purser-cli` first");
        return;
    };
    let (desk, application) = (Desk::new(&binary), PostBox::start());
    assert!(desk.run(&["init"]).status.success());
    std::fs::write(desk.folder().join("customers.csv"), "name,email\nBirch Foods,pay@birch.example\n")
        .unwrap();
    let customers = desk.folder().join("customers.csv");
    assert!(desk.run(&["import", "customers", customers.to_str().unwrap()]).status.success());
    let create = ["invoice", "create", "--customer", "Birch Foods", "--line", "Seats=100.00", "--issue"];
    let made = desk.run(&create);
    let number = String::from_utf8(made.stdout).unwrap().lines().next().unwrap().to_owned();
    let refused = |words: &str| {
        let said = desk.run(&["invoice", "tell", &number]);
        let error = String::from_utf8_lossy(&said.stderr).into_owned();
        assert!(said.status.code() == Some(1) && error.contains(words), "{error}");
    };
    refused("no application is connected");
    let url = application.url();
    assert_eq!(
        desk.told(&["connect", "webhook", "--base-url", &url], "a secret of the application\n").0,
        Some(0)
    );
    refused("is not paid");
}
