//! Mail as the other side sees it: a real conversation with a server that keeps a record.

use chrono::Duration;
use serde_json::{Value, json};

use crate::smtp::{Answer, MailServer};
use crate::world::{World, payment, text};

fn connect(world: &World, server: &MailServer, user: &str, password: &str) -> Value {
    let input = json!({
        "provider": "smtp", "base_url": "", "secrets": {"password": password},
        "options": {"host": "127.0.0.1", "port": server.port.to_string(), "tls": "none", "user": user,
                    "from": "Northbeam <billing@northbeam.example>"}
    });
    world.ok("connect", input)["connection"].clone()
}

/// A payment of Alder Works, whose receipt is mailed.
fn receipt(world: &World) -> String {
    text(&world.ok("payment_record", payment("Alder Works", "100.00", "cash"))["receipt"])
}

fn outbox(world: &World) -> Vec<Value> {
    world.ok("outbox", json!({}))["effects"].as_array().unwrap().clone()
}

fn states(world: &World) -> Vec<String> {
    outbox(world).iter().map(|effect| text(&effect["state"])).collect()
}

fn questions(world: &World) -> Vec<String> {
    let queue = world.ok("attention", json!({}));
    queue.as_array().unwrap().iter().map(|item| text(&item["kind"])).collect()
}

#[test]
fn mi_05_a_receipt_leaves_once_with_its_pdf_and_names_neither_machine_nor_secret() {
    let (mut world, server) = (World::owing(), MailServer::start());
    let number = receipt(&world);
    world.settle();
    assert!(text(&outbox(&world)[0]["waits_for"]).contains("connect one"), "{:?}", outbox(&world));
    let preview = world.ok("message_preview", json!({"id": outbox(&world)[0]["id"]}));
    connect(&world, &server, "", "");
    world.settle();
    let mails = server.mails();
    assert_eq!(mails.len(), 1);
    let mail = &mails[0];
    assert_eq!(
        (mail.from.as_str(), mail.to.as_slice()),
        ("billing@northbeam.example", &["ap@alder.example".to_owned()][..])
    );
    assert_eq!(mail.header("From").unwrap(), "Northbeam <billing@northbeam.example>");
    assert!(mail.header("To").unwrap().contains("ap@alder.example"));
    assert_eq!(mail.header("Subject").unwrap(), format!("Receipt {number} from Northbeam Analytics"));
    assert_eq!(preview["subject"], mail.header("Subject").unwrap());
    assert_eq!(preview["attachments"], json!([format!("receipt-{number}.pdf")]));
    assert!(
        text(&preview["html"]).contains("USD 100.00") || text(&preview["html"]).contains("100.00"),
        "{preview}"
    );
    assert!(mail.header("Message-ID").unwrap().ends_with("@northbeam.example>"));
    assert!(mail.data.contains("application/pdf") && mail.data.contains("JVBERi0"), "the PDF is attached");
    assert_eq!(states(&world), ["sent"]);
    assert!(outbox(&world)[0]["attempts"] == 1);
    world.restart();
    world.advance(Duration::days(3));
    world.settle();
    assert_eq!(server.mails().len(), 1, "and never again");
}

#[test]
fn ae_19_a_server_that_says_later_gets_it_later_and_once() {
    let (world, server) = (World::owing(), MailServer::start());
    connect(&world, &server, "", "");
    server.answer(&[
        Answer::ToMessage("451 4.3.0 later"),
        Answer::ToRecipient("450 4.2.0 greylisted"),
        Answer::ToSender("421 4.3.2 closing"),
    ]);
    receipt(&world);
    world.settle();
    assert_eq!(outbox(&world)[0]["waits_for"], "Tried again in 5 s");
    assert!(text(&outbox(&world)[0]["error"]).contains("451"), "{:?}", outbox(&world));
    world.advance(Duration::seconds(6));
    world.settle();
    assert_eq!(outbox(&world)[0]["waits_for"], "Tried again in 15 s");
    world.advance(Duration::seconds(16));
    world.settle();
    assert_eq!(
        (states(&world), outbox(&world)[0]["attempts"].clone()),
        (vec!["queued".to_owned()], json!(2)),
        "closing counts for nothing"
    );
    world.advance(Duration::minutes(20));
    world.settle();
    assert_eq!(states(&world), ["sent"]);
    assert_eq!(server.mails().len(), 1);
    assert!(questions(&world).is_empty());
}

#[test]
fn ae_19_a_server_that_says_never_is_believed_and_the_founder_is_asked() {
    let (world, server) = (World::owing(), MailServer::start());
    connect(&world, &server, "", "");
    server.answer(&[Answer::ToRecipient("550 5.1.1 no such user")]);
    receipt(&world);
    receipt(&world);
    world.settle();
    let mut found = states(&world);
    found.sort();
    assert_eq!(found, ["failed", "sent"], "one refusal holds up nothing else");
    assert_eq!(questions(&world), ["effect_failed"]);
    world.advance(Duration::days(2));
    world.settle();
    assert_eq!(server.mails().len(), 1);
    let failed = outbox(&world).into_iter().find(|effect| effect["state"] == "failed").unwrap();
    assert!(text(&failed["error"]).contains("550"), "{failed}");
    world.ok("effect_resolve", json!({"id": failed["id"], "answer": "again"}));
    world.settle();
    assert_eq!((server.mails().len(), questions(&world).len()), (2, 0));
}

#[test]
fn ts_44_a_mail_without_an_answer_is_one_question_and_never_sent_again_by_itself() {
    let (mut world, server) = (World::owing(), MailServer::start());
    connect(&world, &server, "", "");
    server.answer(&[Answer::TakeAndHangUp]);
    receipt(&world);
    world.settle();
    assert_eq!(states(&world), ["unknown"]);
    assert_eq!(questions(&world), ["effect_unknown"]);
    world.restart();
    world.advance(Duration::days(30));
    world.settle();
    assert_eq!((server.mails().len(), questions(&world).len()), (1, 1));
    // Sent once more only because the founder says so; the other side can tell, because the id is the same.
    let id = outbox(&world)[0]["id"].clone();
    world.ok("effect_resolve", json!({"id": id, "answer": "again"}));
    world.settle();
    let mails = server.mails();
    assert_eq!(mails.len(), 2);
    assert_eq!(mails[0].header("Message-ID"), mails[1].header("Message-ID"));
}

#[test]
fn ts_51_an_account_that_does_not_work_holds_its_mail_back_and_is_one_question() {
    let (world, server) = (World::owing(), MailServer::start());
    server.ask_for("billing", "right");
    connect(&world, &server, "billing", "right");
    server.ask_for("billing", "changed");
    for _ in 0..12 {
        receipt(&world);
    }
    for _ in 0..40 {
        world.settle();
        world.advance(Duration::minutes(30));
    }
    assert!(states(&world).iter().all(|state| state == "queued"), "{:?}", states(&world));
    assert!(outbox(&world).iter().all(|effect| effect["attempts"] == 0), "nothing was tried");
    assert_eq!(questions(&world), ["connection_failing"]);
    assert!(text(&outbox(&world)[0]["waits_for"]).contains("refused the user and password"));
    connect(&world, &server, "billing", "changed");
    world.settle();
    assert_eq!((server.mails().len(), questions(&world).len()), (12, 0));
    assert!(server.mails().iter().all(|mail| mail.user.as_deref() == Some("billing")));
}

#[test]
fn ts_51_a_server_that_wants_a_user_says_so_when_it_is_connected() {
    let (world, server) = (World::owing(), MailServer::start());
    server.ask_for("billing", "right");
    let connection = connect(&world, &server, "", "");
    assert_eq!(connection["trouble"]["code"], "refused", "{connection}");
    assert_eq!(connection["trouble"]["fix"], "settings");
    receipt(&world);
    world.settle();
    assert_eq!((states(&world), server.mails().len()), (vec!["queued".to_owned()], 0));
}

#[test]
fn paused_mail_stays_and_an_undone_payment_s_mail_never_leaves() {
    let (world, server) = (World::owing(), MailServer::start());
    connect(&world, &server, "", "");
    world.ok("pause_all", json!({}));
    receipt(&world);
    let undone = world.ok("payment_record", payment("Alder Works", "7.00", "cash"));
    world.ok("undo", json!({"id": undone["done"]["undo"]}));
    world.settle();
    assert!(server.mails().is_empty());
    world.call_as(purser_engine::api::Kind::Release, None, "resume_all", json!({})).unwrap();
    world.settle();
    assert_eq!(server.mails().len(), 1);
}

#[test]
fn ma_16_many_of_a_kind_are_one_message_and_none_is_told_twice() {
    let (world, server) = (World::new(), MailServer::start());
    connect(&world, &server, "", "");
    let all = json!(["critical", "high", "medium", "low"]);
    let saved = json!({"email": all, "email_to": "founder@northbeam.example", "email_account": "main", "slack": all,
        "slack_account": "main", "reports": true, "email_accounts": [], "slack_accounts": [], "company_email": ""});
    world.ok("notifications_save", saved);
    let lines = |from: u32, to: u32| {
        let rows: Vec<String> = (from..to)
            .map(|n| format!("T{n},2026-11-1{},{}.00,USD,STRANGER {n},no reference {n}", n % 7, 100 + n))
            .collect();
        world.statement(&rows.iter().map(String::as_str).collect::<Vec<_>>());
        world.ok("match_run", json!({"apply": false}));
    };
    lines(0, 12);
    world.advance(Duration::seconds(20));
    world.settle();
    let mails = server.mails();
    assert_eq!(mails.len(), 1, "twelve of a kind are one");
    assert_eq!(mails[0].to, ["founder@northbeam.example"]);
    assert!(
        mails[0].header("Subject").unwrap().contains("12 things need you"),
        "{:?}",
        mails[0].header("Subject")
    );
    lines(12, 15);
    world.advance(Duration::minutes(30));
    world.settle();
    assert_eq!(server.mails().len(), 1, "the same kind is quiet for an hour");
    world.advance(Duration::minutes(31));
    world.settle();
    assert_eq!(server.mails().len(), 2);
    assert!(
        server.mails()[1].header("Subject").unwrap().contains("3 things"),
        "{:?}",
        server.mails()[1].header("Subject")
    );
    world.advance(Duration::days(2));
    world.settle();
    assert_eq!(server.mails().len(), 2, "nothing is told twice");
    let history = world.ok("alerts", json!({}))["alerts"].as_array().unwrap().clone();
    assert_eq!(history.len(), 15);
    assert!(history.iter().all(|row| row["told"] == json!(["email"])), "{history:?}");
}

#[test]
fn what_nobody_chose_to_hear_is_told_to_nobody() {
    let (world, server) = (World::new(), MailServer::start());
    connect(&world, &server, "", "");
    let none = json!({"email": [], "email_to": "founder@northbeam.example", "email_account": "main", "slack": [],
        "slack_account": "main", "reports": true, "email_accounts": [], "slack_accounts": [], "company_email": ""});
    world.ok("notifications_save", none);
    world.statement(&["T1,2026-11-10,100.00,USD,STRANGER,none"]);
    world.ok("match_run", json!({"apply": false}));
    assert_eq!(questions(&world).len(), 1);
    world.advance(Duration::days(1));
    world.settle();
    assert!(server.mails().is_empty());
    let bad = json!({"email": [], "email_to": "nobody", "email_account": "main", "slack": [],
        "slack_account": "main", "reports": true, "email_accounts": [], "slack_accounts": [], "company_email": ""});
    assert_eq!(world.code("notifications_save", bad), "notifications");
}
