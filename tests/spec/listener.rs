//! What `stripe listen --forward-to` passes on: it is believed by its signature only, and makes Purser ask (TS-40, TS-43).

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::Arc;
use std::time::Duration as Time;

use chrono::Duration;
use hmac::{Hmac, Mac};
use purser_sandbox::READ_KEY;
use serde_json::{Value, json};
use sha2::Sha256;

use crate::providers::Linked;
use crate::world::{World, decrypted, text};

const SECRET: &str = "whsec_canary_of_the_listener";
/// The clock of a world stands at 09:00 UTC.
const NOW: i64 = 1_794_906_000;

/// A port that was free a moment ago.
pub fn free_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port()
}

fn connect(linked: &Linked, port: u16) -> Value {
    let asked = json!({
        "provider": "stripe", "base_url": linked.sandbox().url(), "options": {"listen_port": port.to_string()},
        "secrets": {"read_key": READ_KEY, "signing_secret": SECRET}
    });
    linked.world.ok("connect", asked)
}

fn listener(world: &World) -> Value {
    world.ok("connections", json!({}))["connections"][0]["listener"].clone()
}

pub fn signature(secret: &str, at: i64, body: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(format!("{at}.{body}").as_bytes());
    format!("t={at},v1={},v1={}", "00".repeat(32), hex::encode(mac.finalize().into_bytes()))
}

fn event(id: &str) -> String {
    json!({"id": id, "object": "event", "type": "charge.succeeded", "data": {"object": {"id": "ch_made_up"}}})
        .to_string()
}

/// The status of an answer; 0 where the connection broke off instead.
fn send(port: u16, method: &str, host: &str, signature: &str, body: &str) -> u16 {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
    stream.set_read_timeout(Some(Time::from_secs(10))).unwrap();
    let head = format!(
        "{method} /stripe HTTP/1.1\r\nHost: {host}\r\nStripe-Signature: {signature}\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    let written = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes()));
    let mut answer = Vec::new();
    let read = stream.read_to_end(&mut answer);
    if written.is_err() || read.is_err() {
        return 0;
    }
    String::from_utf8_lossy(&answer).split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0)
}

pub fn post(port: u16, signature: &str, body: &str) -> u16 {
    send(port, "POST", &format!("localhost:{port}"), signature, body)
}

#[test]
fn ts_40_ts_43_a_message_that_is_believed_makes_purser_ask_at_once_and_books_nothing_itself() {
    let linked = Linked::new(11, |_| {});
    let port = free_port();
    connect(&linked, port);
    assert_eq!(listener(&linked.world)["state"], "asleep", "a single command listens to nothing");
    linked.run("stripe");
    linked.world.program().work(Arc::new(|_| {}));
    let now = listener(&linked.world);
    assert_eq!((&now["state"], &now["port"]), (&json!("listening"), &json!(port)), "{now}");

    // Something happens at the provider; the next read by schedule is a minute away.
    let sandbox = linked.sandbox();
    sandbox.advance(sandbox.now() + Duration::days(1)).unwrap();
    let body = event("evt_1");
    assert_eq!(post(port, &signature(SECRET, NOW, &body), &body), 200);
    let run = linked.next_run(1);
    assert_eq!((&run["cause"], &run["state"]), (&json!("After a message from Stripe"), &json!("succeeded")));
    assert!(text(&run["result"]).ends_with("new facts."), "{run}");
    let made_up = "SELECT count(*) FROM provider_object WHERE external_id = 'ch_made_up'";
    let known: i64 = decrypted(&linked.world).query_row(made_up, [], |row| row.get(0)).unwrap();
    assert_eq!(known, 0, "what the message says is neither believed nor booked");

    // The same event again, signed anew, and its recording: nothing is asked.
    assert_eq!(post(port, &signature(SECRET, NOW, &body), &body), 200);
    assert_eq!(post(port, &signature(SECRET, NOW + 9, &body), &body), 200);
    let heard = listener(&linked.world);
    assert_eq!(
        (&heard["accepted"], &heard["repeated"], &heard["refused"]),
        (&json!(1), &json!(2), &json!(0))
    );

    // A changed connection: another port, and nobody is left on the old one.
    let other = free_port();
    connect(&linked, other);
    assert!(TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err());
    let body = event("evt_2");
    assert_eq!(post(other, &signature(SECRET, NOW, &body), &body), 200);
    linked.next_run(2);
    linked.world.ok("disconnect", json!({"id": "stripe"}));
    assert!(TcpStream::connect((Ipv4Addr::LOCALHOST, other)).is_err());
}

#[test]
fn ts_40_what_is_not_signed_now_by_the_secret_is_refused_counted_and_leads_to_nothing() {
    let linked = Linked::new(11, |_| {});
    let port = free_port();
    connect(&linked, port);
    linked.run("stripe");
    linked.world.program().work(Arc::new(|_| {}));
    let body = event("evt_1");
    let good = signature(SECRET, NOW, &body);
    let here = format!("127.0.0.1:{port}");
    let no_event = json!({"id": "evt_1", "object": "charge"}).to_string();
    for (what, status, got) in [
        ("another secret", 400, post(port, &signature("whsec_other", NOW, &body), &body)),
        ("no signature", 400, post(port, "", &body)),
        ("another body", 400, post(port, &good, &event("evt_9"))),
        ("six minutes ago", 400, post(port, &signature(SECRET, NOW - 301, &body), &body)),
        ("in six minutes", 400, post(port, &signature(SECRET, NOW + 301, &body), &body)),
        ("no event", 400, post(port, &signature(SECRET, NOW, &no_event), &no_event)),
        ("no JSON", 400, post(port, &signature(SECRET, NOW, "x"), "x")),
        ("another host", 400, send(port, "POST", "purser.example", &good, &body)),
        ("another port", 400, send(port, "POST", "localhost:1", &good, &body)),
        ("a question", 405, send(port, "GET", &here, &good, &body)),
        ("a replacement", 405, send(port, "PUT", &here, &good, &body)),
    ] {
        assert_eq!(got, status, "{what}");
    }
    let long = "x".repeat(1024 * 1024 + 1);
    let got = post(port, &signature(SECRET, NOW, &long), &long);
    assert!(got == 413 || got == 0, "a message of more than 1 MB: {got}");
    let heard = listener(&linked.world);
    assert_eq!((&heard["accepted"], &heard["refused"]), (&json!(0), &json!(12)), "{heard}");
    assert_eq!(heard["last_refused"], "the message is longer than 1 MB");
    // The tolerance's edges and both names of this computer are believed.
    assert_eq!(send(port, "POST", &here, &signature(SECRET, NOW - 300, &body), &body), 200);
    linked.next_run(1);

    // The secret is in the vault alone.
    let dump: Vec<String> = {
        let conn = decrypted(&linked.world);
        let tables = "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'";
        let mut statement = conn.prepare(tables).unwrap();
        let names: Vec<String> =
            statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
        names
            .iter()
            .flat_map(|name| {
                let mut rows = conn.prepare(&format!("SELECT * FROM \"{name}\"")).unwrap();
                let columns = rows.column_count();
                let mut rows = rows.query([]).unwrap();
                let mut texts = Vec::new();
                while let Some(row) = rows.next().unwrap() {
                    for column in 0..columns {
                        texts.push(format!("{:?}", row.get_ref(column).unwrap()));
                        if let Ok(bytes) = row.get_ref(column).unwrap().as_bytes() {
                            texts.push(String::from_utf8_lossy(bytes).into_owned());
                        }
                    }
                }
                texts
            })
            .collect()
    };
    assert!(dump.len() > 1_000, "{}", dump.len());
    assert!(!dump.iter().any(|text| text.contains("canary_of_the_listener")));
    let shown = linked.world.ok("connections", json!({})).to_string();
    assert!(!shown.contains("canary_of_the_listener"), "{shown}");
}

#[test]
fn a_port_that_is_taken_is_a_state_of_the_connection_and_is_had_once_it_is_free() {
    let linked = Linked::new(11, |_| {});
    let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = taken.local_addr().unwrap().port();
    linked.world.program().work(Arc::new(|_| {}));
    let connected = connect(&linked, port);
    assert_eq!(connected["connection"]["state"], "ok", "Stripe itself works");
    let say = text(&connected["say"]);
    assert!(say.contains(&format!("Port {port}")) && say.contains("another program has it"), "{say}");
    assert_eq!(listener(&linked.world)["state"], "failing");
    drop(taken);
    linked.world.ok("connection_check", json!({"id": "stripe"}));
    assert_eq!(listener(&linked.world)["state"], "listening");
}

#[test]
fn a_port_to_listen_on_needs_its_secret() {
    let linked = Linked::new(11, |_| {});
    let asked = |port: &str, secrets: Value| json!({"provider": "stripe", "base_url": linked.sandbox().url(), "options": {"listen_port": port}, "secrets": secrets});
    let refused = linked.world.refused("connect", asked("4242", json!({"read_key": READ_KEY})));
    assert!(refused.message.contains("signing secret"), "{refused}");
    for port in ["80", "0", "70000", "4242x"] {
        let secrets = json!({"read_key": READ_KEY, "signing_secret": SECRET});
        assert_eq!(linked.world.code("connect", asked(port, secrets)), "connect", "{port}");
    }
    let secrets = json!({"read_key": READ_KEY, "signing_secret": "hunter2"});
    let refused = linked.world.refused("connect", asked("4242", secrets));
    assert!(refused.message.contains("whsec_") && !refused.message.contains("hunter2"), "{refused}");
}
