//! A simulated company that lives until its standard input ends: `purser-sandbox [DAYS [SEED]]`.
//!
//! It opened DAYS (80) ago and stands at the beginning of today. One line of JSON says where it answers and the key that
//! reads it.

use std::io::Read;

use chrono::{TimeDelta, Utc};
use purser_sandbox::{READ_KEY, Sandbox, SandboxConfig};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut words = std::env::args().skip(1);
    let days: u32 = words.next().map(|word| word.parse()).transpose()?.unwrap_or(80);
    let seed: u64 = words.next().map(|word| word.parse()).transpose()?.unwrap_or(7);
    let mut config = SandboxConfig::new(seed);
    config.start = Utc::now().date_naive() - TimeDelta::days(i64::from(days));
    config.history_days = days;
    config.customers = 60;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let sandbox = runtime.block_on(Sandbox::start(config))?;
    println!("{}", serde_json::json!({ "url": sandbox.url(), "read_key": READ_KEY }));
    // Whoever started it holds the other end.
    std::io::stdin().read_to_end(&mut Vec::new())?;
    runtime.block_on(sandbox.stop());
    Ok(())
}
