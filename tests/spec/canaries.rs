//! Secrets that are planted, and every byte that Purser leaves behind is searched for them.

use std::path::{Path, PathBuf};

use purser_engine::vault::{PassphraseVault, Vault, vault_file};

use crate::command_line::{Desk, binary};
use crate::world::PASSPHRASE;

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
        if path.is_dir() { files(&path, found) } else { found.push(path) }
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
    let conn = crate::world::decrypted(&world);
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
                use purser_store::rusqlite::types::ValueRef;
                let (ValueRef::Text(bytes) | ValueRef::Blob(bytes)) = row.get_ref(column).unwrap() else {
                    continue;
                };
                assert_eq!(holds(bytes, &secrets), None, "in {table}, column {column}");
            }
        }
    }
}
