//! The same story through the command line twice: each command on its own, and with `purser run` owning the folder.
//! The answers are the same.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, Output, Stdio};

use purser_engine::vault::{KdfCost, PassphraseVault, vault_file};
use purser_sandbox::{READ_KEY, SandboxConfig, WRITE_KEY};
use serde_json::{Value, json};

use crate::smtp::MailServer;
use crate::world::{PASSPHRASE, World, simulated};

/// The program beside this test's own folder: `target/debug/purser` for `target/debug/deps/spec-…`.
pub fn binary() -> Option<PathBuf> {
    let path = std::env::current_exe()
        .unwrap()
        .parent()?
        .parent()?
        .join(format!("purser{}", std::env::consts::EXE_SUFFIX));
    path.exists().then_some(path)
}

/// A data folder and the program that is called on it.
pub struct Desk {
    binary: PathBuf,
    folder: tempfile::TempDir,
    owner: Option<Child>,
    /// Kept open, so that the owner can go on speaking.
    log: Option<BufReader<ChildStderr>>,
}

impl Drop for Desk {
    fn drop(&mut self) {
        if let Some(mut owner) = self.owner.take() {
            owner.kill().unwrap();
            owner.wait().unwrap();
        }
    }
}

impl Desk {
    pub fn new(binary: &Path) -> Desk {
        let folder = tempfile::tempdir().unwrap();
        let cheap = KdfCost { memory_kib: 8, iterations: 1, lanes: 1 };
        std::fs::create_dir(folder.path().join("data")).unwrap();
        let vault = vault_file(&folder.path().join("data"));
        PassphraseVault::create_with_cost(&vault, &PASSPHRASE.to_owned().into(), cheap).unwrap();
        Desk { binary: binary.to_owned(), folder, owner: None, log: None }
    }

    pub fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(&self.binary);
        command
            .arg("--data")
            .arg(self.folder.path().join("data"))
            .args(words)
            .env("PURSER_PASSPHRASE", PASSPHRASE)
            .env_remove("PURSER_DATA")
            .current_dir(self.folder.path())
            .stdin(Stdio::null());
        command
    }

    pub fn run(&self, words: &[&str]) -> Output {
        self.command(words).output().unwrap()
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The process that owns the folder, for the caller to look after.
    pub fn take_owner(&mut self) -> Child {
        self.owner.take().unwrap()
    }

    /// `purser run`, once it says that it owns the folder.
    pub fn own(&mut self) {
        let mut owner = self.command(&["run", "--for", "5m"]).stderr(Stdio::piped()).spawn().unwrap();
        let mut log = BufReader::new(owner.stderr.take().unwrap());
        self.owner = Some(owner);
        let mut says = String::new();
        log.read_line(&mut says).unwrap();
        self.log = Some(log);
        assert!(says.contains("Purser runs on"), "{says}");
    }

    /// Ends the owner; what it said until then.
    pub fn disown(&mut self) -> String {
        let mut owner = self.take_owner();
        owner.kill().unwrap();
        owner.wait().unwrap();
        let mut said = String::new();
        self.log.take().unwrap().read_to_string(&mut said).unwrap();
        said
    }

    /// Runs a command with something on its standard input; the one JSON document that it prints.
    pub fn told(&self, words: &[&str], said: &str) -> (Option<i32>, Value, String) {
        let mut command = self.command(words);
        command.arg("--json").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(said.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        let document = serde_json::from_slice(&output.stdout).unwrap_or(Value::Null);
        (output.status.code(), document, String::from_utf8(output.stderr).unwrap())
    }

    /// Exit status and the JSON documents on standard output, without what differs from run to run.
    fn json(&self, words: &[&str]) -> Value {
        let mut all = words.to_vec();
        all.push("--json");
        let output = self.run(&all);
        let text = String::from_utf8(output.stdout).unwrap();
        let documents: Vec<Value> = text
            .lines()
            .map(|line| {
                steady(serde_json::from_str(line).unwrap_or_else(|e| panic!("{words:?}: {e}: {line}")))
            })
            .collect();
        // One sentence of an error is for people; it is the same in both ways.
        let said =
            if output.status.success() { String::new() } else { String::from_utf8(output.stderr).unwrap() };
        json!({"exit": output.status.code(), "documents": documents, "said": said})
    }
}

/// Ids, times and paths are new in every run; whether they are there is not.
fn steady(value: Value) -> Value {
    const NEW: [&str; 18] = [
        "id",
        "import",
        "undo",
        "sequence",
        "recovery_code",
        "data",
        "booked_at",
        "audit_head",
        "audit_rows",
        "receipt_path",
        "key",
        "at",
        "next",
        "planned_for",
        "due_at",
        "started_at",
        "ended_at",
        "took_ms",
    ];
    match value {
        Value::Object(fields) => fields
            .into_iter()
            .map(|(name, value)| {
                let value = if NEW.contains(&name.as_str()) && !value.is_null() {
                    json!("new")
                } else {
                    steady(value)
                };
                (name, value)
            })
            .collect(),
        Value::Array(values) => values.into_iter().map(steady).collect(),
        other => other,
    }
}

/// The story; each answer with its command.
fn story(desk: &mut Desk, owned: bool) -> Vec<(String, Value)> {
    let reference = World::reference(1);
    let write = |name: &str, text: String| std::fs::write(desk.folder.path().join(name), text).unwrap();
    write(
        "customers.csv",
        "name,email,external_id,plan,country,signed_up\nAlder Works,ap@alder.example,cus_alder,,US,\n"
            .to_owned(),
    );
    write(
        "invoices.csv",
        format!(
            "number,customer,email,amount,currency,issued,due,reference\nNB-1,Alder Works,,1000.00,USD,2024-02-02,2024-02-16,{reference}\nNB-2,Alder Works,,50.00,USD,2024-02-03,2024-02-17,\n"
        ),
    );
    write(
        "statement.csv",
        format!(
            "id,date,amount,currency,payer,description\nT1,2024-02-10,1000.00,USD,ALDER WORKS,{reference}\nT2,2024-02-11,-84.00,USD,GITHUB INC,TEAM\n"
        ),
    );
    write(
        "bad.csv",
        "id,date,amount,currency,payer,description\nT1,2024-02-10,1001.00,USD,ALDER WORKS,\n".to_owned(),
    );
    let init = desk.json(&[
        "init",
        "--company",
        "Northbeam",
        "--currency",
        "USD",
        "--books-start",
        "2024-01-01",
        "--zone",
        "UTC",
    ]);
    assert_eq!(init["exit"], 0, "{init}");
    if owned {
        desk.own();
    }
    let payment = [
        "payment",
        "record",
        "--customer",
        "Alder Works",
        "--amount",
        "20.00",
        "--currency",
        "USD",
        "--method",
        "cash",
        "--received",
        "2024-02-12",
        "--invoice",
        "NB-2",
    ];
    let commands: Vec<Vec<&str>> = vec![
        vec!["account", "add", "Mercury", "--kind", "bank", "--opening", "1000.00"],
        vec!["import", "customers", "customers.csv"],
        vec!["import", "invoices", "invoices.csv"],
        vec!["import", "statement", "statement.csv", "--account", "Mercury"],
        vec!["import", "statement", "statement.csv", "--account", "Mercury"],
        vec!["import", "statement", "bad.csv"],
        vec!["match"],
        vec!["match", "--apply"],
        vec!["match", "file", "T2", "Expenses:Software"],
        vec!["match", "confirm", "T1", "NB-2"],
        payment.to_vec(),
        payment.to_vec(),
        [&payment[..], &["--request-id", "r-1"]].concat(),
        vec!["payment", "record", "--customer", "Nobody", "--amount", "1.00", "--method", "cash"],
        vec!["payment", "list"],
        vec!["invoice", "list"],
        vec!["ledger", "balance"],
        vec!["ledger", "journal"],
        vec!["report", "rules"],
        vec!["report", "rules", "--past-due", "no"],
        vec!["report", "rules"],
        vec!["report", "rules", "--past-due", "perhaps"],
        vec!["report", "metrics", "--from", "2024-01-31", "--to", "2024-02-29"],
        vec!["verify"],
        vec!["jobs", "run", "verify"],
        vec!["jobs", "logs", "verify"],
        vec!["jobs", "pause", "logs"],
        vec!["jobs", "pause", "logs"],
        vec!["jobs", "resume", "logs"],
        vec!["jobs", "schedule", "backup", "30 2 * * 1-5", "--zone", "America/New_York"],
        vec!["jobs", "schedule", "backup"],
        vec!["jobs", "schedule", "backup", "often"],
        vec!["jobs", "run", "nothing"],
        vec!["jobs", "run", "statements"],
        vec!["jobs", "cancel", "backup"],
        vec!["jobs", "watch"],
    ];
    commands.into_iter().map(|words| (words.join(" "), desk.json(&words))).collect()
}

#[test]
fn the_command_line_says_the_same_alone_and_through_the_owner_of_the_folder() {
    let Some(binary) = binary() else {
        println!("skipped: the program is not built; `cargo build -p purser-cli` first");
        return;
    };
    let mut alone = Desk::new(&binary);
    let mut owned = Desk::new(&binary);
    let (by_itself, through_owner) = (story(&mut alone, false), story(&mut owned, true));
    for (one, other) in by_itself.iter().zip(&through_owner) {
        assert_eq!(one, other);
    }
    let answer = |words: &'static str| {
        by_itself.iter().filter(move |(said, _)| said.starts_with(words)).map(|(_, answer)| answer)
    };
    let first = |words: &'static str| answer(words).next().unwrap().clone();
    let imports: Vec<(&Value, &Value, &Value)> = answer("import statement")
        .map(|one| (&one["exit"], &one["documents"][0]["new"], &one["documents"][0]["known"]))
        .collect();
    assert_eq!(
        imports,
        [
            (&json!(0), &json!(2), &json!(0)),
            (&json!(0), &json!(0), &json!(2)),
            (&json!(1), &json!(0), &json!(0))
        ]
    );
    assert_eq!(first("match --apply")["documents"][0]["state"], "matched");
    assert_eq!(first("match confirm")["exit"], 1, "it is booked already");
    let numbers: Vec<Value> =
        answer("payment record --customer Alder").map(|one| one["documents"][0]["payment"].clone()).collect();
    assert_eq!(
        numbers,
        ["P-202402-0001", "P-202402-0001", "P-202402-0002"],
        "a repeated command is answered"
    );
    assert_eq!(first("payment record --customer Nobody")["exit"], 2);
    let rules: Vec<(&Value, &Value)> =
        answer("report rules").map(|one| (&one["exit"], &one["documents"][0]["past_due_counts"])).collect();
    let (yes, no, silent) = (&json!(true), &json!(false), &Value::Null);
    assert_eq!(rules, [(&json!(0), yes), (&json!(0), silent), (&json!(0), no), (&json!(2), silent)]);
    let metrics = first("report metrics")["documents"][0].clone();
    assert_eq!((&metrics["past_due_counts"], &metrics["ratios"]), (no, &json!([])), "{metrics}");
    assert_eq!(first("verify")["documents"][0]["ok"], true);
    assert_eq!(first("jobs run verify")["documents"][0]["state"], "succeeded");
    assert_eq!(first("jobs schedule backup often")["exit"], 2);
    assert_eq!(first("jobs run nothing")["exit"], 2);
    assert_eq!(first("jobs run statements")["exit"], 3, "the founder has to choose a folder first");
    let listed = alone.json(&["jobs", "list"])["documents"][0].clone();
    let backup = listed.as_array().unwrap().iter().find(|row| row["name"] == "backup").unwrap().clone();
    let fields: Vec<&String> = backup.as_object().unwrap().keys().collect();
    assert_eq!(
        fields,
        [
            "name",
            "schedule",
            "time_zone",
            "state",
            "health",
            "last_run",
            "last_status",
            "last_error",
            "next_run"
        ]
    );
    assert_eq!(
        (&backup["schedule"], &backup["time_zone"]),
        (&json!("30 2 * * 1-5"), &json!("America/New_York"))
    );
    let sum: i64 = first("ledger balance")["documents"][0]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["amount"].as_str().unwrap().replace('.', "").parse::<i64>().unwrap())
        .sum();
    assert_eq!(sum, 0);
}

#[test]
fn accounts_are_connected_with_secrets_from_outside_the_arguments() {
    let Some(binary) = binary() else {
        println!("skipped: the program is not built; `cargo build -p purser-cli` first");
        return;
    };
    let (desk, server) = (Desk::new(&binary), MailServer::start());
    server.ask_for("billing", "hunter2");
    assert_eq!(desk.json(&["init"])["exit"], 0);
    let port = format!("port={}", server.port);
    let smtp = [
        "connect",
        "smtp",
        "--option",
        "host=127.0.0.1",
        "--option",
        "tls=none",
        "--option",
        &port,
        "--option",
        "user=billing",
        "--option",
        "from=billing@northbeam.example",
    ];
    let (exit, row, _) = desk.told(&smtp, "hunter2\n");
    assert_eq!((exit, &row["state"]), (Some(0), &json!("ok")), "{row}");
    let (exit, row, _) = desk.told(&smtp, "wrong\n");
    assert_eq!((exit, &row["trouble"]["code"]), (Some(1), &json!("secret_refused")), "{row}");

    let (sandbox, _runtime) = simulated(SandboxConfig::new(1));
    let url = sandbox.url();
    let both = ["connect", "stripe", "--base-url", &url];
    let (exit, row, _) = desk.told(&both, "write_key=rk_test_2\nread_key=rk_test_1\n");
    assert_eq!((exit, &row["trouble"]["code"]), (Some(1), &json!("secret_refused")), "{row}");
    let (exit, row, _) = desk.told(&both, &format!("write_key={READ_KEY}\nread_key={WRITE_KEY}\n"));
    assert_eq!((exit, &row["trouble"]["code"]), (Some(1), &json!("permission_missing")), "{row}");
    assert!(
        row["trouble"]["text"].as_str().unwrap().contains("The read key lacks: Events, Customers"),
        "{row}"
    );
    let (exit, row, _) = desk.told(&both, &format!("write_key={READ_KEY}\nread_key={READ_KEY}\n"));
    assert_eq!((exit, &row["trouble"]["code"]), (Some(1), &json!("permission_missing")), "{row}");
    let said = row["trouble"]["text"].as_str().unwrap();
    assert!(said.starts_with("The write key lacks: Refunds, Invoices."), "{said}");
    assert!(
        sandbox.requests().iter().all(|request| request.effect.is_none()),
        "nothing was done to find out"
    );
    let (exit, row, _) = desk.told(&both, &format!("write_key={WRITE_KEY}\nread_key={READ_KEY}\n"));
    assert_eq!((exit, &row["secrets"]), (Some(0), &json!(["read_key", "write_key"])), "{row}");
    let mut by_environment = desk.command(&both);
    by_environment.env("PURSER_SECRET_STRIPE", READ_KEY).arg("--json");
    assert!(by_environment.output().unwrap().status.success());

    let listed = desk.json(&["connections"]);
    assert_eq!(listed["documents"][0].as_array().unwrap().len(), 2, "{listed}");
    assert_eq!(listed["documents"][0][0]["provider"], "smtp");
    let checked = desk.json(&["connections", "--check"]);
    assert_eq!(checked["exit"], 1, "the password is still wrong: {checked}");
    let (exit, _, said) = desk.told(&["connect", "stripe", "--option", "read_key=rk_live_canary"], "");
    assert_eq!(exit, Some(2));
    assert!(said.contains("never an option") && !said.contains("canary"), "{said}");
    assert_eq!(desk.told(&["connect", "nobody"], "x\n").0, Some(2));
    assert_eq!(desk.json(&["disconnect", "smtp"])["exit"], 0);
}
