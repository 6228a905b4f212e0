//! Signed events, posted to the configured address.

use super::render;
use crate::config::WebhookTarget;
use crate::faults::Fault;
use crate::world::World;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const ANSWER_WITHIN: Duration = Duration::from_secs(10);
/// Before an event is left to the list of events.
const TRIES: u32 = 3;

/// What a post needs, taken from the world under its lock.
pub(crate) struct Post {
    pub target: WebhookTarget,
    pub body: Vec<u8>,
    pub signature: String,
}

/// The next event that is due at the webhook, if there is one. A planned `RepeatedEvent` for the path `webhook` sends it
/// twice.
pub(crate) fn next_post(world: &mut World) -> Option<Post> {
    let target = world.config.webhook.clone()?;
    let due = |world: &World, id: &str| {
        world.events.position(id).is_some_and(|at| world.events.rows()[at].visible_at <= world.now)
    };
    let at = (0..world.events.to_post.len()).find(|at| due(world, &world.events.to_post[*at]))?;
    let id = world.events.to_post.remove(at)?;
    if world.faults.next_planned("POST", "webhook") == Some(Fault::RepeatedEvent) {
        world.events.to_post.push_front(id.clone());
    }
    let position = world.events.position(&id)?;
    let event = render::event(world, &world.events.rows()[position]);
    let body = serde_json::to_vec(&event).unwrap_or_default();
    let signature = signature(&target.secret, world.shown_now(), &body);
    Some(Post { target, body, signature })
}

/// `t=…,v1=…`: HMAC-SHA256 of the time, a dot and the body (C-2).
pub(crate) fn signature(secret: &str, at: i64, body: &[u8]) -> String {
    // A key of any length is taken.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else { return String::new() };
    mac.update(at.to_string().as_bytes());
    mac.update(b".");
    mac.update(body);
    format!("t={at},v1={}", hex::encode(mac.finalize().into_bytes()))
}

/// Posts, tries again when it is not taken, and says whether it was.
pub(crate) async fn deliver(post: &Post) -> bool {
    for attempt in 0..TRIES {
        let sent = tokio::time::timeout(ANSWER_WITHIN, send(post)).await;
        if matches!(sent, Ok(Ok(status)) if (200..300).contains(&status)) {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(50 << attempt)).await;
    }
    false
}

async fn send(post: &Post) -> std::io::Result<u16> {
    let broken = |what: &str| std::io::Error::new(std::io::ErrorKind::InvalidData, what.to_owned());
    let rest =
        post.target.url.strip_prefix("http://").ok_or_else(|| broken("the webhook's address is not http"))?;
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let mut stream = TcpStream::connect(host).await?;
    let head = format!(
        "POST /{path} HTTP/1.1\r\nhost: {host}\r\ncontent-type: application/json; charset=utf-8\r\n\
         stripe-signature: {}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        post.signature,
        post.body.len()
    );
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(&post.body).await?;
    let mut answer = Vec::new();
    stream.take(64 * 1024).read_to_end(&mut answer).await?;
    let text = String::from_utf8_lossy(&answer);
    text.split(' ').nth(1).and_then(|status| status.parse().ok()).ok_or_else(|| broken("no answer in HTTP"))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_signature_is_the_documented_one() {
        // Computed with: printf '12345.{}' | openssl dgst -sha256 -hmac whsec_test
        let signed = super::signature("whsec_test", 12345, b"{}");
        assert_eq!(signed, "t=12345,v1=f7d0d6f2476273381fa231a8ba13a821a0c87029e7b1bfae51e93d0240fb7c32");
    }
}
