//! Chat as the other side sees it: an incoming webhook that keeps a record of what was posted.

use std::time::{Duration as Time, Instant};

use chrono::Duration;
use serde_json::{Value, json};

use crate::post_box::{Answer, PostBox};
use crate::world::{World, text};

/// The last part of a webhook's URL, which is the secret.
const CANARY: &str = "canary4d1f0b";

/// A company whose alerts go to a chat.
struct Desk {
    world: World,
    chat: PostBox,
    strangers: u32,
}

impl Desk {
    fn new() -> Desk {
        let (world, chat) = (World::new(), PostBox::start());
        let all = json!(["critical", "high", "medium", "low"]);
        let saved = json!({"email": [], "email_to": "", "email_account": "main", "slack": all,
            "slack_account": "main", "reports": true, "email_accounts": [], "slack_accounts": [], "company_email": ""});
        world.ok("notifications_save", saved);
        let desk = Desk { world, chat, strangers: 0 };
        // Asked whether it lives, it is given a message that it refuses for being empty.
        desk.chat.answer(&[Answer::Say(400, "no_text")]);
        let connected = desk.connect();
        assert_eq!(connected["state"], "ok", "{connected}");
        assert_eq!(desk.chat.posts().len(), 1);
        desk
    }

    fn connect(&self) -> Value {
        let webhook = format!("{}/services/T000/B000/{CANARY}", self.chat.url());
        let asked = json!({"provider": "slack", "base_url": self.chat.url(), "options": {},
            "secrets": {"webhook": webhook}});
        self.world.ok("connect", asked)["connection"].clone()
    }

    /// A decision comes up that is told at once: the last one of its kind is more than an hour old.
    fn alert(&mut self, payer: &str) {
        self.strangers += 1;
        let line = format!("T{0},2026-11-10,{1}.00,USD,{payer},none", self.strangers, 100 + self.strangers);
        self.world.statement(&[&line]);
        self.world.ok("match_run", json!({"apply": false}));
        self.world.advance(Duration::minutes(61));
    }

    /// What came after the question whether it lives.
    fn told(&self) -> Vec<Value> {
        let posts = self.chat.posts();
        assert!(posts.iter().all(|post| post.path == format!("/services/T000/B000/{CANARY}")), "{posts:?}");
        posts.iter().skip(1).map(|post| serde_json::from_str(&post.body).unwrap()).collect()
    }

    fn effects(&self) -> Vec<Value> {
        let rows = self.world.ok("outbox", json!({}))["effects"].clone();
        rows.as_array().unwrap().iter().filter(|row| row["kind"] == "slack.alert").cloned().collect()
    }

    fn states(&self) -> Vec<String> {
        self.effects().iter().map(|effect| text(&effect["state"])).collect()
    }

    /// Questions about messages and accounts.
    fn asked(&self) -> Vec<String> {
        let queue = self.world.ok("attention", json!({}));
        let kinds = queue.as_array().unwrap().iter().map(|item| text(&item["kind"]));
        kinds.filter(|kind| kind.starts_with("effect_") || kind.starts_with("connection_")).collect()
    }
}

#[test]
fn ma_16_an_alert_is_posted_once_as_plain_text_in_which_nothing_of_outside_is_markup() {
    let mut desk = Desk::new();
    desk.alert("<!channel> *NOW* & <https://evil.example|pay>");
    desk.world.settle();
    let told = desk.told();
    assert_eq!(told.len(), 1, "{told:?}");
    let post = &desk.chat.posts()[1];
    assert_eq!(post.header("content-type"), Some("application/json"));
    let mut fields: Vec<&String> = told[0].as_object().unwrap().keys().collect();
    fields.sort();
    assert_eq!(fields, ["link_names", "text", "unfurl_links", "unfurl_media"]);
    for off in ["link_names", "unfurl_links", "unfurl_media"] {
        assert_eq!(told[0][off], false, "{off}");
    }
    let said = text(&told[0]["text"]);
    assert!(said.starts_with('*') && said.contains("101.00"), "{said}");
    assert!(said.contains("evil.example"), "{said}");
    assert!(!said.contains("<!") && !said.contains("<http") && !said.contains(" *NOW*"), "{said}");
    assert_eq!((desk.states(), desk.asked()), (vec!["sent".to_owned()], vec![]));
    desk.world.restart();
    desk.world.advance(Duration::days(3));
    desk.world.settle();
    assert_eq!(desk.told().len(), 1, "and never again");
}

#[test]
fn c_16_two_messages_are_a_second_apart() {
    let mut desk = Desk::new();
    desk.world.ok("pause_all", json!({}));
    desk.alert("FIRST");
    desk.world.settle();
    desk.alert("SECOND");
    desk.world.settle();
    desk.world.call_as(purser_engine::api::Kind::Release, None, "resume_all", json!({})).unwrap();
    let began = Instant::now();
    desk.world.settle();
    assert_eq!(desk.told().len(), 2);
    assert!(began.elapsed() >= Time::from_secs(2), "{:?}", began.elapsed());
}

#[test]
fn c_16_a_chat_that_wants_quiet_gets_it_from_every_message_also_after_a_restart() {
    let mut desk = Desk::new();
    desk.chat.answer(&[Answer::NotFor(7_000)]);
    desk.alert("FIRST");
    desk.world.settle();
    assert_eq!((desk.told().len(), desk.states()), (1, vec!["queued".to_owned()]));
    assert!(text(&desk.effects()[0]["error"]).contains("429"), "{:?}", desk.effects());
    // An hour is the longest quiet that is believed.
    assert_eq!(desk.effects()[0]["waits_for"], "Tried again in 3600 s");
    desk.world.advance(Duration::minutes(59));
    desk.world.settle();
    assert_eq!(desk.told().len(), 1);
    desk.world.restart();
    desk.world.settle();
    assert_eq!(desk.told().len(), 1);
    desk.world.advance(Duration::minutes(2));
    desk.world.settle();
    assert_eq!((desk.told().len(), desk.states(), desk.asked()), (2, vec!["sent".to_owned()], vec![]));
    assert_eq!(desk.told()[0], desk.told()[1], "the bytes that were decided");

    // What waits behind it is not posted either.
    desk.world.ok("pause_all", json!({}));
    for payer in ["SECOND", "THIRD"] {
        desk.alert(payer);
        desk.world.settle();
    }
    desk.chat.answer(&[Answer::NotFor(120)]);
    desk.world.call_as(purser_engine::api::Kind::Release, None, "resume_all", json!({})).unwrap();
    desk.world.settle();
    desk.world.advance(Duration::seconds(119));
    desk.world.settle();
    assert_eq!(desk.told().len(), 3);
    desk.world.advance(Duration::seconds(2));
    desk.world.settle();
    assert_eq!(desk.told().len(), 5);
    assert!(desk.states().iter().all(|state| state == "sent") && desk.asked().is_empty());
}

#[test]
fn ae_19_a_chat_in_trouble_gets_the_message_later_and_once() {
    let mut desk = Desk::new();
    desk.chat.answer(&[Answer::Say(500, "oops"), Answer::Say(503, "oops"), Answer::NotFor(0)]);
    desk.alert("FIRST");
    desk.world.settle();
    assert_eq!(desk.effects()[0]["waits_for"], "Tried again in 5 s");
    for (seconds, tries) in [(6, 2), (16, 3), (46, 4)] {
        desk.world.advance(Duration::seconds(seconds));
        desk.world.settle();
        assert_eq!(desk.told().len(), tries);
    }
    assert_eq!((desk.states(), desk.asked()), (vec!["sent".to_owned()], vec![]));
    desk.world.advance(Duration::days(1));
    desk.world.settle();
    assert_eq!(desk.told().len(), 4);
}

#[test]
fn ae_19_a_message_that_the_chat_will_never_take_is_one_question_and_holds_up_nothing() {
    let mut desk = Desk::new();
    desk.chat.answer(&[Answer::Say(400, "invalid_blocks")]);
    desk.alert("FIRST");
    desk.world.settle();
    assert_eq!((desk.states(), desk.asked()), (vec!["failed".to_owned()], vec!["effect_failed".to_owned()]));
    desk.alert("SECOND");
    desk.world.settle();
    let mut states = desk.states();
    states.sort();
    assert_eq!((states, desk.told().len()), (vec!["failed".to_owned(), "sent".to_owned()], 2));
    desk.world.advance(Duration::days(3));
    desk.world.settle();
    assert_eq!(desk.asked(), ["effect_failed"], "one, however long it stays");
    let failed = desk.effects().into_iter().find(|effect| effect["state"] == "failed").unwrap();
    assert!(text(&failed["error"]).contains("400 invalid_blocks"), "{failed}");
    desk.world.ok("effect_resolve", json!({"id": failed["id"], "answer": "again"}));
    desk.world.settle();
    assert!(desk.asked().is_empty() && desk.states().iter().all(|state| state == "sent"));
}

#[test]
fn ts_44_a_message_without_an_answer_is_one_question_and_never_sent_again_by_itself() {
    // One hangs up, the other says nothing for as long as Purser waits.
    for answer in [Answer::TakeAndHangUp, Answer::TakeAndSayNothing] {
        let mut desk = Desk::new();
        desk.chat.answer(&[answer]);
        desk.alert("FIRST");
        desk.world.settle();
        assert_eq!((desk.told().len(), desk.states()), (1, vec!["unknown".to_owned()]), "{answer:?}");
        assert_eq!(desk.asked(), ["effect_unknown"], "{answer:?}");
        desk.world.restart();
        desk.world.advance(Duration::days(30));
        desk.world.settle();
        let taken = |told: &[Value]| told.iter().filter(|post| **post == told[0]).count();
        assert_eq!(taken(&desk.told()), 1, "{answer:?}");
        let unknown = desk.effects().into_iter().find(|effect| effect["state"] == "unknown").unwrap();
        desk.world.ok("effect_resolve", json!({"id": unknown["id"], "answer": "again"}));
        desk.world.settle();
        assert_eq!(taken(&desk.told()), 2, "only because the founder says so: {answer:?}");
        assert!(desk.asked().is_empty(), "{:?}", desk.asked());
    }
}

#[test]
fn ts_51_a_webhook_that_is_gone_holds_its_messages_back_and_is_one_question_without_its_url() {
    let mut desk = Desk::new();
    desk.chat.answer(&[Answer::Say(404, "no_service"); 12]);
    desk.alert("FIRST");
    for _ in 0..12 {
        desk.world.settle();
        desk.world.advance(Duration::minutes(30));
    }
    assert_eq!(desk.asked(), ["connection_failing"]);
    let waits = |effect: &Value| {
        (&effect["state"], &effect["attempts"]) == (&json!("queued"), &json!(0))
            && text(&effect["waits_for"]).contains("does not know this webhook")
    };
    assert!(desk.effects().iter().all(waits), "nothing was tried: {:?}", desk.effects());
    let shown = format!(
        "{}{}{}",
        desk.world.ok("connections", json!({})),
        desk.world.ok("attention", json!({})),
        desk.world.ok("outbox", json!({}))
    );
    assert!(!shown.contains(CANARY), "{shown}");
    assert_eq!(desk.connect()["state"], "ok");
    desk.world.settle();
    assert!(desk.states().iter().all(|state| state == "sent") && desk.asked().is_empty());
}
