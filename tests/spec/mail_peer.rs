//! A mail server that we did not write: aiosmtpd with its own certificate authority, STARTTLS, TLS and AUTH.
//!
//! Skipped where Python has no aiosmtpd; `tests/peers/mail.sh` runs the same and fails there.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use chrono::Duration;
use serde_json::{Value, json};

use crate::world::{World, payment, text};

struct Peer {
    process: Child,
    folder: tempfile::TempDir,
    said: Value,
}

impl Drop for Peer {
    fn drop(&mut self) {
        // It ends when its standard input does; the signal is for one that hangs.
        drop(self.process.stdin.take());
        self.process.kill().ok();
        self.process.wait().unwrap();
    }
}

impl Peer {
    fn start() -> Option<Peer> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let python = [root.join(".venv/bin/python"), PathBuf::from("python3")];
        let has = |python: &&PathBuf| {
            let asked = Command::new(python)
                .args(["-c", "import aiosmtpd, cryptography"])
                .stderr(Stdio::null())
                .status();
            asked.is_ok_and(|status| status.success())
        };
        let Some(python) = python.iter().find(has) else {
            assert!(
                std::env::var_os("PURSER_PEERS_REQUIRED").is_none(),
                "Python has no aiosmtpd: scripts/setup test"
            );
            println!("skipped: Python has no aiosmtpd; scripts/setup test installs it");
            return None;
        };
        let folder = tempfile::tempdir().unwrap();
        let mut process = Command::new(python)
            .arg(root.join("tests/peers/mail_server.py"))
            .arg(folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let said = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line:?}"));
        Some(Peer { process, folder, said })
    }

    fn mails(&self) -> Vec<Value> {
        let text = std::fs::read_to_string(self.folder.path().join("mails.jsonl")).unwrap_or_default();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    fn mails_to(&self, address: &str) -> Vec<Value> {
        self.mails().into_iter().filter(|mail| mail["to"] == json!([address])).collect()
    }

    /// Connects by `starttls` or `tls`; how the connection does.
    fn connect(&self, world: &World, tls: &str, ca: &str, user: &str, password: &str) -> Value {
        let input = json!({
            "provider": "smtp", "base_url": "", "secrets": {"password": password},
            "options": {"host": "127.0.0.1", "port": self.said[tls].to_string(), "tls": tls, "user": user, "ca": ca,
                        "from": "Northbeam <billing@northbeam.example>"}
        });
        world.ok("connect", input)["connection"].clone()
    }
}

#[test]
fn aiosmtpd_takes_our_mail_over_starttls_and_tls_once_each_and_is_believed() {
    let Some(peer) = Peer::start() else { return };
    let ca = text(&peer.said["ca"]);
    let world = World::new();
    world.customers(&[
        "Alder Works,ap@alder.example,cus_a,,US,",
        "Later Inc,later@b.example,cus_b,,US,",
        "Never Inc,never@c.example,cus_c,,US,",
        "Łódź Software,pay@d.example,cus_d,,PL,",
    ]);
    let code = |connection: &Value| connection["trouble"]["code"].as_str().unwrap_or("").to_owned();
    assert_eq!(
        code(&peer.connect(&world, "starttls", "", "billing", "correct horse")),
        "tls",
        "a stranger's certificate"
    );
    assert_eq!(code(&peer.connect(&world, "starttls", &ca, "", "")), "refused", "530 without a user");
    assert_eq!(code(&peer.connect(&world, "starttls", &ca, "billing", "wrong")), "secret_refused");
    let right = peer.connect(&world, "starttls", &ca, "billing", "correct horse");
    assert_eq!(right["state"], "ok", "{right}");

    for customer in ["cus_a", "cus_b", "cus_c", "cus_d"] {
        world.ok("payment_record", payment(customer, "10.00", "cash"));
    }
    world.settle();
    assert_eq!(peer.mails_to("later@b.example").len(), 0, "451");
    world.advance(Duration::minutes(2));
    world.settle();
    world.advance(Duration::days(3));
    world.settle();
    for (address, count) in
        [("ap@alder.example", 1), ("later@b.example", 1), ("never@c.example", 0), ("pay@d.example", 1)]
    {
        assert_eq!(peer.mails_to(address).len(), count, "{address}");
    }
    let queue = world.ok("attention", json!({}));
    let kinds: Vec<&Value> = queue.as_array().unwrap().iter().map(|item| &item["kind"]).collect();
    assert_eq!(kinds, ["effect_failed"], "550 is one question");
    for mail in peer.mails() {
        assert_eq!(
            (&mail["tls"], &mail["signed_in"], &mail["hello"]),
            (&json!(true), &json!(true), &json!("[127.0.0.1]"))
        );
    }

    let right = peer.connect(&world, "tls", &ca, "billing", "correct horse");
    assert_eq!(right["state"], "ok", "{right}");
    world.ok("payment_record", payment("cus_a", "20.00", "cash"));
    world.settle();
    assert_eq!(peer.mails_to("ap@alder.example").len(), 2, "and over TLS from the first byte");
}
