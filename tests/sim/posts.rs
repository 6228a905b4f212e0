//! What the founder's own application was posted, against the truth: every post is signed, each fact is taken once, and the
//! last one that was told of an invoice is true.

use std::collections::{BTreeMap, BTreeSet};

use hmac::{Hmac, Mac};
use purser_sandbox::HookPost;
use serde_json::Value;
use sha2::Sha256;

use crate::company::{APPLICATION, APPLICATION_SECRET, Company};
use crate::effects::settled_elsewhere;
use crate::founder::text;

/// What of the posts is not as it should be.
pub fn audit(company: &Company) -> Vec<String> {
    let mut found = Vec::new();
    let mut taken: BTreeMap<String, usize> = BTreeMap::new();
    let mut stories: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for post in posts(company) {
        if !is_signed(&post) {
            found.push(format!("a post that nobody signed: {post:?}"));
        }
        let Some(body) = accepted_fact(&post) else { continue };
        let (id, kind) = (text(&body["id"]), text(&body["type"]));
        *taken.entry(id).or_default() += 1;
        stories.entry(text(&body["invoice"]["provider_id"])).or_default().push(kind);
    }
    let more = taken.into_iter().filter(|(_, times)| *times > 1);
    found.extend(more.map(|(id, times)| format!("the application took {id} {times} times")));
    let settled: BTreeSet<String> = settled_elsewhere(company).into_iter().collect();
    for (invoice, story) in &stories {
        let in_turn = story
            .iter()
            .enumerate()
            .all(|(at, kind)| *kind == if at % 2 == 0 { "payment.settled" } else { "payment.reversed" });
        let is_settled = story.len() % 2 == 1;
        if !in_turn || is_settled != settled.contains(invoice) {
            let truth = if settled.contains(invoice) { "settled" } else { "open" };
            found.push(format!(
                "the application was told of {invoice}, which is {truth}: {}",
                story.join(", ")
            ));
        }
    }
    let silent = settled.iter().filter(|invoice| !stories.contains_key(*invoice));
    found.extend(silent.map(|invoice| format!("the application was never told that {invoice} is settled")));
    found
}

/// How many facts the application took.
pub fn accepted(company: &Company) -> usize {
    posts(company).iter().filter_map(accepted_fact).count()
}

fn posts(company: &Company) -> Vec<HookPost> {
    company.sandbox.hook_posts().into_iter().filter(|post| post.hook == APPLICATION).collect()
}

/// The body of a post that was taken and is more than a question whether anybody is there.
fn accepted_fact(post: &HookPost) -> Option<Value> {
    let body: Value = serde_json::from_str(&post.body).ok()?;
    ((200..300).contains(&post.status) && body["type"] != "ping").then_some(body)
}

/// An application's own check of `t=SECONDS,v1=HEX`.
fn is_signed(post: &HookPost) -> bool {
    let header = post.headers.iter().find(|(name, _)| name == "purser-signature").map(|(_, value)| value);
    let Some((time, given)) = header.and_then(|value| value.strip_prefix("t=")?.split_once(",v1=")) else {
        return false;
    };
    let mut mac = Hmac::<Sha256>::new_from_slice(APPLICATION_SECRET.as_bytes()).unwrap();
    mac.update(format!("{time}.{}", post.body).as_bytes());
    hex::encode(mac.finalize().into_bytes()) == given
}
