//! From the start of the program to its first painted words, beside an empty window of the same toolkit.
//!
//! Both pages carry the same script (`src-tauri/src/painted.js`), which marks the frame after the first words were
//! drawn; the clock runs here, from before the process exists until its mark arrives.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::figures::{median, ms};
use crate::session::{built, end, run};
use crate::table::Row;
use crate::{company::Company, million};

const NAME: &str = "7 start to first painted words, 1 M facts";
const TARGET: &str = "≤ 1.25× an empty window";
const RUNS: usize = 7;

/// Time until each mark, in the order of the marks.
fn start(program: &Path, arguments: &[&str]) -> [Duration; 2] {
    let begun = Instant::now();
    let mut child = Command::new(program)
        .args(arguments)
        .env("PURSER_PAINTED", "1")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut marks = [Duration::ZERO; 2];
    let lines = BufReader::new(child.stderr.take().unwrap()).lines();
    for line in lines.map_while(Result::ok) {
        match line.as_str() {
            "painted window" => marks[0] = begun.elapsed(),
            "painted books" => {
                marks[1] = begun.elapsed();
                // Both in one frame are told as one change of the title: the empty window has no more to wait for.
                if marks[0].is_zero() {
                    marks[0] = marks[1];
                }
                break;
            }
            _ => {}
        }
    }
    end(&mut child);
    // The page's own process notices that its window is gone.
    std::thread::sleep(Duration::from_millis(300));
    marks
}

/// Runs both in turn and prints their medians in microseconds.
pub fn inside() -> Value {
    let folder = million::folder();
    let folder = folder.to_str().unwrap();
    let (empty, window) = (built("examples/empty_window").unwrap(), built("purser-desktop").unwrap());
    let (mut empties, mut windows) = (Vec::new(), Vec::new());
    for run in 0..=RUNS {
        let (one, other) = (start(&empty, &[]), start(&window, &["--data", folder]));
        // The first of each fills the system's cache.
        if run > 0 {
            empties.push(one);
            windows.push(other);
        }
    }
    let middle = |runs: &[[Duration; 2]], mark: usize| {
        median(runs.iter().map(|run| run[mark]).collect()).as_micros() as u64
    };
    json!({
        "empty": middle(&empties, 0), "window": middle(&windows, 0), "books": middle(&windows, 1)
    })
}

pub fn rows() -> Vec<Row> {
    if let Err(why) = built("examples/empty_window").and(built("purser-desktop")) {
        return vec![Row::unmeasured(NAME, TARGET, &why)];
    }
    // Made here, where its progress can be seen.
    Company::open(&million::folder()).close();
    let figures = match run("start") {
        Ok(figures) => figures,
        Err(why) => return vec![Row::unmeasured(NAME, TARGET, &why)],
    };
    let of = |name: &str| Duration::from_micros(figures[name].as_u64().unwrap_or(0));
    let (empty, window, books) = (of("empty"), of("window"), of("books"));
    if empty.is_zero() || window.is_zero() || books.is_zero() {
        return vec![Row::unmeasured(NAME, TARGET, "a window did not say that it was painted")];
    }
    let ratio = window.as_secs_f64() / empty.as_secs_f64();
    let queue = books.as_secs_f64() / empty.as_secs_f64();
    vec![
        Row::judged(NAME, format!("{} (empty {})", ms(window), ms(empty)), TARGET, ratio <= 1.25)
            .ratio(ratio)
            .note("the page draws its first words, then reads its scripts"),
        Row::told("7 … until the queue of today is on screen", ms(books)).ratio(queue),
    ]
}
