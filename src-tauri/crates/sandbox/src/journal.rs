//! What came from outside the simulation, so that a later start lives through it again: what was written at the
//! providers, and what was hurried along.
//!
//! A line is written before its request acts: a process that dies in between has acted as soon as it starts again, and
//! whoever asked finds that out by asking.

use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;

use serde_json::{Value, json};

use crate::http::Ask;
use crate::stripe;
use crate::world::World;

/// The headers that change what a write does. Keys are the sandbox's own and secret to nobody.
const HEADERS: [&str; 4] = ["authorization", "content-type", "idempotency-key", "stripe-version"];

/// An open journal.
pub(crate) struct Journal {
    file: File,
}

impl Journal {
    /// Lives through what a file holds, and goes on writing to it. A last line that was torn off is dropped.
    pub(crate) fn replay(path: &Path, world: &mut World) -> std::io::Result<Self> {
        let mut good = 0;
        if path.exists() {
            let mut reader = BufReader::new(File::open(path)?);
            let mut line = String::new();
            while reader.read_line(&mut line)? > 0 {
                let Some(value) = whole(&line) else { break };
                apply(world, &value);
                good += line.len() as u64;
                line.clear();
            }
        }
        let file = OpenOptions::new().create(true).append(true).open(path)?;
        file.set_len(good)?;
        Ok(Self { file })
    }

    /// Notes a write that is about to act.
    pub(crate) fn asked(&mut self, at: i64, ask: &Ask) -> std::io::Result<()> {
        let headers: serde_json::Map<String, Value> =
            HEADERS.iter().filter_map(|name| Some(((*name).to_owned(), json!(ask.header(name)?)))).collect();
        self.line(&json!({
            "at": at, "method": ask.method, "path": ask.path, "query": ask.query, "headers": headers,
            "body": ask.body_text(),
        }))
    }

    /// Notes that something is about to be hurried along.
    pub(crate) fn hurried(&mut self, at: i64) -> std::io::Result<()> {
        self.line(&json!({ "at": at }))
    }

    fn line(&mut self, value: &Value) -> std::io::Result<()> {
        self.file.write_all(format!("{value}\n").as_bytes())
    }
}

fn whole(line: &str) -> Option<Value> {
    serde_json::from_str(line.strip_suffix('\n')?).ok()
}

fn apply(world: &mut World, line: &Value) {
    world.advance(line["at"].as_i64().unwrap_or(0));
    let text = |name: &str| line[name].as_str().unwrap_or_default().to_owned();
    if line["method"].is_null() {
        world.hurry();
        return;
    }
    let headers = line["headers"].as_object().into_iter().flatten();
    let ask = Ask {
        method: text("method"),
        path: text("path"),
        query: text("query"),
        headers: headers
            .map(|(name, value)| (name.clone(), value.as_str().unwrap_or_default().to_owned()))
            .collect(),
        body: text("body").into_bytes(),
    };
    // Whoever asked got this answer in another life.
    let _ = stripe::answer(world, &ask);
}
