//! A company on the disk, called as the window calls it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use purser_engine::api::{Caller, call, kind_of};
use purser_engine::clock::{Ids, SystemClock};
use purser_engine::program::Program;
use purser_engine::vault::{KdfCost, PassphraseVault, vault_file};
use serde_json::{Value, json};

/// Nothing in here is a secret.
pub const PASSPHRASE: &str = "correct horse battery staple";

/// An open company.
pub struct Company {
    pub program: Program,
}

impl Company {
    /// Makes a company in an empty folder; its books begin on a day.
    pub fn create(folder: &Path, books_start: &str) -> Company {
        std::fs::create_dir_all(folder).unwrap();
        // The cost of a guess is stated in the vault's file. It is not what is measured here.
        let cheap = KdfCost { memory_kib: 8, iterations: 1, lanes: 1 };
        PassphraseVault::create_with_cost(&vault_file(folder), &PASSPHRASE.to_owned().into(), cheap).unwrap();
        let company = Company::open(folder);
        company.ok(
            "create_company",
            json!({
                "company": "Northbeam Analytics", "currency": "USD", "books_start": books_start, "zone": "UTC",
                "account": "Mercury", "opening": "1000.00", "passphrase": PASSPHRASE
            }),
        );
        company
    }

    /// Opens the company of a folder.
    pub fn open(folder: &Path) -> Company {
        let passphrase = Some(PASSPHRASE.to_owned().into());
        let ids = Arc::new(Ids::random());
        Company { program: Program::start(folder, Arc::new(SystemClock), ids, passphrase).unwrap() }
    }

    pub fn ok(&self, name: &str, input: Value) -> Value {
        let caller = Caller {
            program: &self.program,
            actor: "founder".to_owned(),
            progress: Arc::new(|_| {}),
            cancelled: Arc::default(),
            request: None,
            key: None,
        };
        let kind = kind_of(name).unwrap_or_else(|| panic!("{name} is no method"));
        call(caller, kind, name, input).unwrap_or_else(|error| panic!("{name}: {} {error}", error.code))
    }

    /// Imports a statement in Purser's own columns.
    pub fn statement(&self, account: &str, path: &Path) -> Value {
        let input =
            json!({"path": path, "account": account, "format": "auto", "mapping": null, "skip_bad": false});
        self.ok("import_statement", input)
    }

    pub fn close(self) {
        self.program.close().unwrap();
    }
}

/// Where the tests keep what is made once: in the build folder, on the disk that the books would be on.
pub fn bench_data() -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().map(Path::to_owned).unwrap_or_default();
    target.join("bench-data")
}

/// A folder that is gone when it is dropped, on the disk and not in memory.
pub fn scratch() -> tempfile::TempDir {
    std::fs::create_dir_all(bench_data()).unwrap();
    tempfile::tempdir_in(bench_data()).unwrap()
}
