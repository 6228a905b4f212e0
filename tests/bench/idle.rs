//! What the program costs while nothing happens: its share of a core, and the memory that is its own.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::company::Company;
use crate::million;
use crate::session::{built, end, quiet, run};
use crate::table::Row;

const CPU: &str = "< 0.5 % of a core";
const MEMORY: &str = "< 120 MB";
/// Until everything that a start brings is over.
const SETTLE: Duration = Duration::from_secs(8);
const WATCHED: Duration = Duration::from_secs(30);

/// Processor time used by a process so far, in clock ticks of which the system counts 100 a second.
fn ticks(pid: u32) -> u64 {
    let text = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    // The name, in brackets, may hold blanks; user and system time are the 14th and 15th field.
    let fields: Vec<&str> = text.rsplit_once(") ").unwrap().1.split(' ').collect();
    fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap()
}

/// Kilobytes: what is resident, and of that what is not shared or this process's part of what is.
fn memory(pid: u32) -> (u64, u64) {
    let text = std::fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).unwrap();
    let field = |name: &str| -> u64 {
        let line = text.lines().find(|line| line.starts_with(name)).unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    };
    (field("Rss:"), field("Pss:"))
}

fn watch(child: &mut Child) -> Value {
    std::thread::sleep(SETTLE);
    let (before, begun) = (ticks(child.id()), Instant::now());
    std::thread::sleep(WATCHED);
    let used = (ticks(child.id()) - before) as f64 / 100.0;
    let share = 100.0 * used / begun.elapsed().as_secs_f64();
    let (resident, own) = memory(child.id());
    json!({"cpu": share, "resident": resident, "own": own})
}

/// The window, on the session's display.
pub fn inside() -> Value {
    let mut window = quiet(Command::new(built("purser-desktop").unwrap()));
    let mut child = window.arg("--data").arg(million::folder()).spawn().unwrap();
    let figures = watch(&mut child);
    end(&mut child);
    figures
}

fn headless() -> Result<Value, String> {
    let mut command = Command::new(built("purser")?);
    command
        .args(["run", "--data"])
        .arg(million::folder())
        .env("PURSER_PASSPHRASE", crate::company::PASSPHRASE);
    let mut child = quiet(command).stdin(Stdio::null()).spawn().map_err(|error| error.to_string())?;
    let figures = watch(&mut child);
    end(&mut child);
    Ok(figures)
}

pub fn rows() -> Vec<Row> {
    Company::open(&million::folder()).close();
    let window = built("purser-desktop").and_then(|_| run("idle"));
    [("the window", window), ("`purser run`", headless())]
        .into_iter()
        .flat_map(|(name, figures)| judged(name, figures))
        .collect()
}

fn judged(name: &str, figures: Result<Value, String>) -> Vec<Row> {
    let (cpu, memory) = (format!("8 idle, {name}"), format!("8 memory, {name}"));
    let figures = match figures {
        Ok(figures) => figures,
        Err(why) => {
            return vec![Row::unmeasured(&cpu, CPU, &why), Row::unmeasured(&memory, MEMORY, &why)];
        }
    };
    let share = figures["cpu"].as_f64().unwrap();
    let mb = |name: &str| figures[name].as_u64().unwrap() as f64 / 1000.0;
    vec![
        Row::judged(&cpu, format!("{share:.2} %"), CPU, share < 0.5).note("30 s, nothing happening, 1 M facts"),
        Row::judged(&memory, format!("{:.0} MB", mb("own")), MEMORY, mb("own") < 120.0).note(format!(
            "shared pages by its part; {:.0} MB resident with all that it shares, the webview's processes not counted",
            mb("resident")
        )),
    ]
}
