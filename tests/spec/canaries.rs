//! Secrets that are planted, and every byte that Purser leaves behind is searched for them.

use std::path::{Path, PathBuf};

use purser_engine::vault::{PassphraseVault, Vault, vault_file};
use purser_sandbox::{Fault, READ_KEY, SandboxConfig, WRITE_KEY};

use crate::command_line::{Desk, binary};
use crate::listener::{free_port, post, signature};
use crate::post_box::{Answer, PostBox};
use crate::world::{PASSPHRASE, simulated};

/// A secret as it would stand in a file: as it is, in capitals or small, in UTF-16, in hexadecimal.
fn disguises(secret: &str) -> Vec<Vec<u8>> {
    let utf16 = secret.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let hexadecimal: String = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
    vec![
        secret.as_bytes().to_vec(),
        secret.to_uppercase().into_bytes(),
        secret.to_lowercase().into_bytes(),
        utf16,
        hexadecimal.into_bytes(),
    ]
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.is_file() {
            // The socket of a process that was killed holds nothing.
            found.push(path);
        }
    }
}

fn holds(bytes: &[u8], secrets: &[(&str, String)]) -> Option<String> {
    secrets.iter().find_map(|(name, secret)| {
        let stands =
            disguises(secret).iter().any(|form| bytes.windows(form.len()).any(|window| window == form));
        stands.then(|| (*name).to_owned())
    })
}

#[test]
fn planted_secrets_stand_in_no_page_log_export_backup_or_message() {
    let Some(binary) = binary() else {
        println!("skipped: the program `purser` is not built beside the tests");
        return;
    };
    let desk = Desk::new(&binary);
    let made = desk.run(&["--json", "init", "--company", "Fathom", "--books-start", "2026-01-01"]);
    let made: serde_json::Value = serde_json::from_slice(&made.stdout).unwrap();
    let code = made["recovery_code"].as_str().unwrap().to_owned();
    let data = desk.folder().join("data");
    let vault = PassphraseVault::open(&vault_file(&data), &PASSPHRASE.to_owned().into()).unwrap();
    let exposed = |name: &str| {
        use secrecy::ExposeSecret;
        vault.get(name).unwrap().unwrap().expose_secret().to_owned()
    };
    vault.set("canary/read-key", &"rk_live_canary_4f9d".to_owned().into()).unwrap();
    let secrets = [
        ("the passphrase", PASSPHRASE.to_owned()),
        ("the recovery code", code.clone()),
        ("the recovery code without dashes", code.replace('-', "")),
        ("the store's key", exposed("store-key")),
        ("a provider's key", exposed("canary/read-key")),
    ];
    drop(vault);

    let mut said = Vec::new();
    let statement = desk.folder().join("statement.csv");
    std::fs::write(
        &statement,
        "id,date,amount,currency,payer,description\nT1,2026-11-02,50.00,USD,ANNA,COFFEE\n",
    )
    .unwrap();
    let (backup, journal) = (desk.folder().join("f.purser-backup"), desk.folder().join("f.journal"));
    let (statement, backup, journal) =
        (statement.to_str().unwrap(), backup.to_str().unwrap(), journal.to_str().unwrap());
    let torn = desk.folder().join("torn.purser-backup");
    std::fs::write(&torn, b"PURSER").unwrap();
    for words in [
        &["--verbose", "account", "add", "Mercury", "--kind", "bank"][..],
        &["--verbose", "import", "statement", statement, "--account", "Mercury"],
        &["--verbose", "match", "--apply", "--json"],
        &["--verbose", "export", "hledger", "--out", journal],
        &["--verbose", "export", "beancount"],
        &["--verbose", "export", "csv"],
        &["--verbose", "backup", backup],
        &["--verbose", "doctor"],
        &["--verbose", "doctor", "--json"],
        &["--verbose", "security", "--json"],
        &["--verbose", "attention", "--json"],
        &["--verbose", "verify", "--json"],
        &["--verbose", "match", "undo", "NOTHING"],
        &["--verbose", "restore", torn.to_str().unwrap()],
    ] {
        let mut command = desk.command(words);
        command.env("RUST_BACKTRACE", "full").env("PURSER_RECOVERY_CODE", &code);
        let output = command.output().unwrap();
        said.extend(output.stdout);
        said.extend(output.stderr);
    }
    let mut wrong = desk.command(&["--verbose", "doctor"]);
    let output = wrong.env("PURSER_PASSPHRASE", "canary wrong passphrase").output().unwrap();
    let wrong = [("a wrong passphrase", "canary wrong passphrase".to_owned())];
    assert_eq!(holds(&[output.stdout, output.stderr].concat(), &wrong), None, "in what was said");
    assert_eq!(holds(&said, &secrets), None, "in what was said");

    let mut all = Vec::new();
    files(desk.folder(), &mut all);
    assert!(all.len() > 6, "{all:?}");
    for path in all {
        let bytes = std::fs::read(&path).unwrap();
        assert_eq!(holds(&bytes, &secrets), None, "in {}", path.display());
    }
    // The test can see: where the secret does stand it is found.
    assert!(holds(b"..CORRECT HORSE BATTERY STAPLE..", &secrets).is_some());
}

/// Inside the decrypted store, in no column of any table.
#[test]
fn the_decrypted_store_holds_no_secret_either() {
    let world = crate::world::World::owing();
    world.ok("lock", serde_json::json!({}));
    assert!(world.call("unlock", serde_json::json!({"secret": "canary wrong passphrase"})).is_err());
    world.ok("unlock", serde_json::json!({"secret": PASSPHRASE}));
    let secrets = [
        ("the passphrase", PASSPHRASE.to_owned()),
        ("a wrong passphrase", "canary wrong passphrase".to_owned()),
        ("the recovery code", world.recovery_code.clone()),
    ];
    assert_eq!(in_a_column(&crate::world::decrypted(&world), &secrets), None);
}

/// Where a decrypted store holds one of the secrets.
fn in_a_column(conn: &purser_store::rusqlite::Connection, secrets: &[(&str, String)]) -> Option<String> {
    use purser_store::rusqlite::types::ValueRef;
    // What a virtual table holds lies in tables of its own, which are read.
    let mut tables = conn
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'")
        .unwrap();
    let tables: Vec<String> = tables.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    assert!(tables.len() > 20, "{tables:?}");
    for table in tables {
        let mut rows = conn.prepare(&format!("SELECT * FROM \"{table}\"")).unwrap();
        let columns = rows.column_count();
        let mut rows = rows.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            for column in 0..columns {
                let (ValueRef::Text(bytes) | ValueRef::Blob(bytes)) = row.get_ref(column).unwrap() else {
                    continue;
                };
                if let Some(name) = holds(bytes, secrets) {
                    return Some(format!("{name} in {table}, column {column}"));
                }
            }
        }
    }
    None
}

/// The keys of a provider, the secret of its messages, a webhook's URL and the secret of our posts: entered as a founder
/// enters them, used well and in vain, and looked for in everything that is left.
#[test]
fn secrets_of_providers_stand_in_no_page_log_export_backup_or_message() {
    let Some(binary) = binary() else {
        println!("skipped: the program `purser` is not built beside the tests");
        return;
    };
    let (mut desk, chat, application) = (Desk::new(&binary), PostBox::start(), PostBox::start());
    assert!(desk.run(&["init", "--company", "Fathom", "--books-start", "2026-01-01"]).status.success());
    let (sandbox, _runtime) = simulated(SandboxConfig::new(1));
    let webhook = format!("{}/services/T000/B000/canary5b2d0e", chat.url());
    let secrets = [
        ("the read key", READ_KEY.to_owned()),
        ("the write key", WRITE_KEY.to_owned()),
        ("the listener's secret", "whsec_canary7c1e44".to_owned()),
        ("the webhook's URL", webhook.clone()),
        ("the last part of it", "canary5b2d0e".to_owned()),
        ("the application's secret", "canary of the application 91".to_owned()),
    ];
    let mut said = Vec::new();
    let mut connect = |words: &[&str], entered: &str| {
        let (exit, row, words) = desk.told(&[&["--verbose", "connect"], words].concat(), entered);
        said.extend(format!("{row}{words}").into_bytes());
        exit
    };
    let port = free_port();
    let listen = format!("listen_port={port}");
    let stripe = ["stripe", "--base-url", &sandbox.url(), "--option", &listen];
    let entered = format!("read_key={READ_KEY}\nwrite_key={WRITE_KEY}\nsigning_secret=whsec_canary7c1e44\n");
    assert_eq!(connect(&stripe, &entered), Some(0));
    // Both others repeat what they were given, as careless programs do, and do not work at first.
    chat.answer(&[Answer::Say(404, "no_service canary5b2d0e"), Answer::TakeAndHangUp]);
    let slack = ["slack", "--base-url", &chat.url()];
    for exit in [1, 1, 0] {
        assert_eq!(connect(&slack, &format!("{webhook}\n")), Some(exit));
    }
    let own = ["webhook", "--base-url", &application.url()];
    application.answer(&[Answer::Say(500, "canary of the application 91")]);
    for exit in [1, 0] {
        assert_eq!(connect(&own, "canary of the application 91\n"), Some(exit));
    }
    // In the wrong place they are not repeated either.
    assert_eq!(connect(&["slack", "--option", &format!("webhook={webhook}")], ""), Some(2));
    assert_eq!(connect(&["slack", "--base-url", "https://other.example"], &format!("{webhook}\n")), Some(2));

    desk.own();
    let forged = signature("whsec_other", chrono::Utc::now().timestamp(), "{}");
    assert_eq!(post(port, &forged, "{}"), 400, "the listener is there");
    chat.answer(&[Answer::Say(404, "no_service canary5b2d0e")]);
    sandbox.plan_fault(None, "/v1/events", Fault::ServerError);
    let outputs = [
        &["--verbose", "connections", "--check", "--json"][..],
        &["--verbose", "sync", "stripe"],
        &["--verbose", "jobs", "run", "stripe"],
        &["--verbose", "connections"],
        &["--verbose", "doctor"],
        &["--verbose", "doctor", "--json"],
        &["--verbose", "attention", "--json"],
        &["--verbose", "security", "--json"],
        &["--verbose", "export", "hledger", "--out", "books.journal"],
        &["--verbose", "export", "csv"],
        &["--verbose", "backup", "books.purser-backup"],
    ]
    .map(|words| desk.command(words).env("RUST_BACKTRACE", "full").output().unwrap());
    for output in outputs {
        said.extend(output.stdout);
        said.extend(output.stderr);
    }
    said.extend(desk.disown().into_bytes());
    assert!(said.len() > 10_000, "{}", String::from_utf8_lossy(&said));
    assert_eq!(holds(&said, &secrets), None, "in what was said: {}", String::from_utf8_lossy(&said));

    let mut all = Vec::new();
    files(desk.folder(), &mut all);
    assert!(
        ["books.journal", "books.purser-backup", "books.db"]
            .iter()
            .all(|name| all.iter().any(|path| path.ends_with(name))),
        "{all:?}"
    );
    for path in all {
        let bytes = std::fs::read(&path).unwrap();
        assert_eq!(holds(&bytes, &secrets), None, "in {}", path.display());
    }
    let data = desk.folder().join("data");
    let vault = PassphraseVault::open(&vault_file(&data), &PASSPHRASE.to_owned().into()).unwrap();
    let key = vault.get("store-key").unwrap().unwrap();
    let conn = purser_store::rusqlite::Connection::open(data.join("books.db")).unwrap();
    conn.execute_batch(&format!("PRAGMA key = \"x'{}'\"", secrecy::ExposeSecret::expose_secret(&key)))
        .unwrap();
    assert_eq!(in_a_column(&conn, &secrets), None);
    // Each was kept, and is where it belongs.
    for (provider, name) in
        [("stripe:main", "signing_secret"), ("slack:main", "webhook"), ("webhook:main", "secret")]
    {
        let kept = vault.get(&format!("provider/{provider}/{name}")).unwrap();
        assert!(kept.is_some(), "{provider} {name}");
    }
}
