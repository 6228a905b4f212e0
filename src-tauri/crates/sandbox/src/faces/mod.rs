//! The faces that stand on one address, told apart by the first word of the path.

mod app;
mod bank;
mod control;
mod hooks;
mod truth;

pub(crate) use truth::counts;

use crate::http::{Ask, Reply};
use crate::world::World;

type Face = fn(&mut World, &Ask) -> Reply;

/// First word of the path, and who answers. A new provider is one module and one line here.
const FACES: [(&str, Face); 6] = [
    ("v1", crate::stripe::answer),
    ("bank", bank::answer),
    ("app", app::answer),
    ("hooks", hooks::answer),
    ("_truth", truth::answer),
    ("_control", control::answer),
];

/// Answers any request that reaches the sandbox.
pub(crate) fn answer(world: &mut World, ask: &Ask) -> Reply {
    let first = ask.words().first().copied().unwrap_or_default().to_owned();
    match FACES.iter().find(|(word, _)| *word == first) {
        Some((_, face)) => face(world, ask),
        None => unknown(ask),
    }
}

/// No face knows the path.
fn unknown(ask: &Ask) -> Reply {
    let words: Vec<&str> = FACES.iter().map(|(word, _)| *word).collect();
    let text =
        format!("nothing answers {} {}; paths start with /{}\n", ask.method, ask.path, words.join(", /"));
    Reply::text(404, "text/plain", text)
}

/// A request that is not understood: what was wrong with it.
fn bad(what: &str) -> Reply {
    Reply::text(400, "text/plain", format!("{what}\n"))
}
