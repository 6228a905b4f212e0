//! Accounts at providers: what is kept where, what the provider says, and that no secret is ever seen again.

use serde_json::{Value, json};

use crate::smtp::MailServer;
use crate::world::{World, text};

const CANARY: &str = "hunter2-canary";

fn smtp(server: &MailServer, password: &str) -> Value {
    json!({
        "provider": "smtp", "base_url": "",
        "options": {"host": "127.0.0.1", "port": server.port.to_string(), "tls": "none", "user": "billing",
                    "from": "Northbeam <billing@northbeam.example>"},
        "secrets": {"password": password}
    })
}

fn only(world: &World) -> Value {
    let all = world.ok("connections", json!({}))["connections"].clone();
    assert_eq!(all.as_array().unwrap().len(), 1, "{all}");
    all[0].clone()
}

fn attention(world: &World) -> Vec<String> {
    let queue = world.ok("attention", json!({}));
    queue.as_array().unwrap().iter().map(|item| text(&item["kind"])).collect()
}

/// Every file of the folder, every answer of the interface that speaks of connections, and the audit.
fn everything(world: &World) -> Vec<u8> {
    let mut all = world.ok("connections", json!({})).to_string().into_bytes();
    let keys = world.ok("audit_index", json!({"text": ""}))["keys"].clone();
    all.extend(world.ok("audit_rows", json!({ "keys": keys })).to_string().into_bytes());
    all.extend(world.ok("attention", json!({})).to_string().into_bytes());
    for file in std::fs::read_dir(world.folder()).unwrap() {
        let path = file.unwrap().path();
        if path.is_file() {
            all.extend(std::fs::read(path).unwrap());
        }
    }
    all
}

fn holds(haystack: &[u8], needle: &str) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle.as_bytes())
}

#[test]
fn a_mail_account_is_asked_when_it_is_connected_and_its_health_is_kept() {
    let (world, server) = (World::new(), MailServer::start());
    server.ask_for("billing", CANARY);
    let connected = world.ok("connect", smtp(&server, CANARY));
    assert_eq!(connected["connection"]["state"], "ok", "{connected}");
    assert_eq!(connected["connection"]["id"], "smtp:main");
    assert_eq!(connected["connection"]["secrets"], json!(["password"]));
    assert_eq!(server.hellos(), ["[127.0.0.1]"], "the machine's own name stays here");
    assert!(server.mails().is_empty(), "asking sends nothing");

    server.ask_for("billing", "changed elsewhere");
    let checked = world.ok("connection_check", json!({"id": "smtp"}))["connections"][0].clone();
    assert_eq!(checked["state"], "failing");
    assert_eq!(checked["trouble"]["code"], "secret_refused");
    assert_eq!(checked["trouble"]["fix"], "secret");
    assert_eq!(attention(&world), ["connection_failing"]);
    assert!(!text(&checked["trouble"]["text"]).contains(CANARY), "the server repeated it: {checked}");

    let since = checked["trouble"]["since"].clone();
    world.advance(chrono::Duration::hours(3));
    world.ok("connection_check", json!({"id": ""}));
    assert_eq!(only(&world)["trouble"]["since"], since, "one trouble, as old as it is");
    assert_eq!(attention(&world), ["connection_failing"], "asked again, still one");

    let mended = world.ok("connect", smtp(&server, "changed elsewhere"));
    assert_eq!(mended["connection"]["state"], "ok");
    assert!(attention(&world).is_empty(), "mended");
}

#[test]
fn being_offline_is_a_state_and_no_decision() {
    let (world, server) = (World::new(), MailServer::start());
    let mut asked = smtp(&server, CANARY);
    asked["options"]["port"] = json!("1");
    let connected = world.ok("connect", asked);
    assert_eq!(connected["connection"]["trouble"]["code"], "unreachable", "{connected}");
    assert_eq!(connected["connection"]["trouble"]["fix"], "again");
    assert!(attention(&world).is_empty());
}

#[test]
fn no_secret_is_seen_again_anywhere() {
    let (mut world, server) = (World::new(), MailServer::start());
    server.ask_for("billing", "another");
    world.ok("connect", smtp(&server, CANARY));
    assert!(!holds(&everything(&world), CANARY));
    world.restart();
    assert!(!holds(&everything(&world), CANARY));
    // The check above can fail: a name that is no secret is found.
    assert!(holds(&everything(&world), "billing@northbeam.example"));
    let bad =
        world.call("connect", json!({"provider": "smtp", "base_url": "", "options": {}, "secrets": CANARY}));
    assert!(!bad.unwrap_err().message.contains(CANARY));
    let bad = world.call(
        "connect",
        json!({"provider": "smtp", "base_url": "", "options": {}, "secrets": {"password": [CANARY]}}),
    );
    assert!(!bad.unwrap_err().message.contains(CANARY));
    world.leave();
}

#[test]
fn a_secret_is_given_out_only_for_the_address_it_was_given_for() {
    let (world, server) = (World::new(), MailServer::start());
    let stripe = |base: &str, secrets: Value| json!({"provider": "stripe", "base_url": base, "options": {}, "secrets": secrets});
    let keys = json!({"read_key": "rk_test_canaryread", "write_key": "rk_test_canarywrite"});
    let connected = world.ok("connect", stripe("http://127.0.0.1:8420/", keys));
    assert_eq!(connected["connection"]["base_url"], "http://127.0.0.1:8420");
    assert_eq!(connected["connection"]["secrets"], json!(["read_key", "write_key"]));
    // The same address again: what is not entered stays.
    let again = world.ok("connect", stripe("http://127.0.0.1:8420", json!({"read_key": "rk_test_new"})));
    assert_eq!(again["connection"]["secrets"], json!(["read_key", "write_key"]));
    // Another address: both are gone, and the one that is needed has to be entered.
    assert_eq!(world.code("connect", stripe("http://127.0.0.1:8421", json!({}))), "secret_missing");
    let moved = world.ok("connect", stripe("http://127.0.0.1:8421", json!({"read_key": "rk_test_moved"})));
    assert_eq!(moved["connection"]["secrets"], json!(["read_key"]));
    assert_eq!(world.code("connect", stripe("http://127.0.0.1:8420", json!({}))), "secret_missing");

    // Mail: the password goes to one server and one user.
    world.ok("connect", smtp(&server, CANARY));
    let mut elsewhere = smtp(&server, "");
    elsewhere["options"]["host"] = json!("localhost");
    assert_eq!(world.code("connect", elsewhere), "connect");
}

#[test]
fn addresses_are_https_or_on_this_machine_and_mail_is_encrypted_or_on_this_machine() {
    let world = World::new();
    for base in [
        "http://api.example.com",
        "http://10.0.0.5",
        "ftp://127.0.0.1",
        "https://me:secret@x.example",
        "nonsense",
    ] {
        let input = json!({"provider": "stripe", "base_url": base, "options": {}, "secrets": {"read_key": "rk_test_1"}});
        let error = world.refused("connect", input);
        assert_eq!(error.code, "connect", "{base}");
        assert!(!error.message.contains("secret@"), "{}", error.message);
    }
    let clear = json!({"provider": "smtp", "base_url": "", "secrets": {},
        "options": {"host": "smtp.example.com", "tls": "none", "from": "a@b.example"}});
    assert!(world.refused("connect", clear).message.contains("starttls or tls"));
    assert_eq!(world.ok("connections", json!({}))["connections"], json!([]), "what was refused left nothing");
}

#[test]
fn disconnecting_forgets_the_secrets_and_the_trouble() {
    let (world, server) = (World::new(), MailServer::start());
    server.ask_for("billing", "right");
    world.ok("connect", smtp(&server, "wrong"));
    let mut second = smtp(&server, "right");
    second["options"]["name"] = json!("alerts");
    assert_eq!(world.ok("connect", second)["connection"]["id"], "smtp:alerts");
    assert_eq!(attention(&world), ["connection_failing"]);
    world.ok("disconnect", json!({"id": "smtp"}));
    assert!(attention(&world).is_empty());
    assert_eq!(only(&world)["id"], "smtp:alerts");
    assert_eq!(world.code("connect", smtp(&server, "")), "connect", "the old password is gone");
    assert_eq!(world.code("disconnect", json!({"id": "smtp:main"})), "connection_unknown");
}

#[test]
fn the_demo_company_keeps_no_real_secret() {
    let world = World::demo();
    let key = json!({"read_key": "rk_live_canary"});
    let real = json!({"provider": "stripe", "base_url": "", "options": {}, "secrets": key});
    assert_eq!(world.code("connect", real), "demo_connect");
    let local =
        json!({"provider": "stripe", "base_url": "http://127.0.0.1:8420", "options": {}, "secrets": key});
    world.ok("connect", local);
    world.leave();
}
