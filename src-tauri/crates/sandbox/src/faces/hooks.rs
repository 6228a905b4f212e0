//! Places that others post to: `POST /hooks/<name>`, for instance a chat's incoming webhook or the founder's own
//! application. Every post is kept; the answer is 200 unless scripted.

use super::unknown;
use crate::http::{Ask, Reply};
use crate::world::World;

pub(super) fn answer(world: &mut World, ask: &Ask) -> Reply {
    let words = ask.words();
    if ask.method != "POST" || words.len() < 2 {
        return unknown(ask);
    }
    let status =
        world.inbox.take_post(world.now, &words[1..].join("/"), ask.headers.clone(), ask.body_text());
    let reply =
        Reply::text(status, "text/plain", if status == 200 { "ok".to_owned() } else { String::new() });
    if status == 429 { reply.with("retry-after", "1") } else { reply }
}
