//! Keys, their permissions, and the version that is asked for.

use super::API_VERSION;
use super::error::ApiError;
use crate::config::{Access, ApiKey};
use crate::http::{Ask, Form};
use crate::world::World;

const RESOURCES: [&str; 16] = [
    "coupons",
    "events",
    "customers",
    "subscriptions",
    "subscription_items",
    "prices",
    "products",
    "invoices",
    "invoice_payments",
    "charges",
    "payment_intents",
    "refunds",
    "disputes",
    "balance_transactions",
    "balance",
    "payouts",
];

pub(crate) fn check(world: &World, ask: &Ask) -> Result<(), ApiError> {
    let secret = secret(ask)?;
    let Some(key) = world.config.keys.iter().find(|key| key.secret == secret) else {
        let message = format!("Invalid API Key provided: {}", masked(&secret));
        return Err(ApiError::key(401, None, message));
    };
    if key.revoked {
        let message = format!("Expired API Key provided: {}", masked(&secret));
        return Err(ApiError::key(401, Some("api_key_expired"), message));
    }
    if let Some(version) = ask.header("stripe-version").filter(|version| !is_spoken(version)) {
        let message = format!("Invalid Stripe API version: {version}. This sandbox speaks {API_VERSION}.");
        return Err(ApiError::key(400, None, message));
    }
    permitted(key, ask)
}

fn permitted(key: &ApiKey, ask: &Ask) -> Result<(), ApiError> {
    let words = ask.words();
    let resource = words.get(1).copied().unwrap_or_default();
    if !RESOURCES.contains(&resource) {
        return Err(ApiError::no_such_url(&ask.method, &ask.path));
    }
    let needed = if ask.method == "GET" { Access::Read } else { Access::Write };
    may(key, resource, needed)?;
    // What is expanded is read too.
    let form = Form::parse(&ask.query);
    let mut expanded = form.many("expand").into_iter().flat_map(|path| path.split('.'));
    if expanded.any(|step| step == "payment_intent") {
        may(key, "payment_intents", Access::Read)
    } else {
        Ok(())
    }
}

fn may(key: &ApiKey, resource: &str, needed: Access) -> Result<(), ApiError> {
    let given =
        key.resources.iter().find(|(name, _)| name == resource).map_or(key.access, |(_, access)| *access);
    if given >= needed {
        return Ok(());
    }
    let verb = if needed == Access::Read { "read" } else { "write" };
    let singular = if resource == "balance" { resource } else { resource.trim_end_matches('s') };
    let message = format!(
        "The provided key '{}' does not have the required permissions for this endpoint on account \
         'acct_sandbox'. Having the 'rak_{singular}_{verb}' permission would allow this request to continue.",
        masked(&key.secret)
    );
    Err(ApiError::key(403, None, message))
}

/// Versions of one name only add to each other: an earlier one is answered with what the newest has.
fn is_spoken(version: &str) -> bool {
    let name = |version: &'_ str| version.find('.').unwrap_or(version.len());
    let (ours, at) = (API_VERSION.split_at(name(API_VERSION)), name(version));
    let (date, name) = version.split_at(at);
    name == ours.1 && date.len() == ours.0.len() && date <= ours.0
}

/// The secret of `Authorization: Bearer …`, or the user name of Basic.
fn secret(ask: &Ask) -> Result<String, ApiError> {
    let missing = || {
        let message = "You did not provide an API key. You need to provide your API key in the Authorization \
                       header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').";
        ApiError::key(401, None, message.to_owned())
    };
    let header = ask.header("authorization").ok_or_else(missing)?;
    if let Some(secret) = header.strip_prefix("Bearer ") {
        return Ok(secret.trim().to_owned());
    }
    let encoded = header.strip_prefix("Basic ").ok_or_else(missing)?;
    let pair = base64(encoded.trim()).ok_or_else(missing)?;
    Ok(pair.split(':').next().unwrap_or_default().to_owned())
}

fn base64(text: &str) -> Option<String> {
    let value = |letter: u8| match letter {
        b'A'..=b'Z' => Some(letter - b'A'),
        b'a'..=b'z' => Some(letter - b'a' + 26),
        b'0'..=b'9' => Some(letter - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    };
    let (mut bits, mut count, mut out) = (0_u32, 0, Vec::new());
    for letter in text.bytes().take_while(|letter| *letter != b'=') {
        bits = (bits << 6) | u32::from(value(letter)?);
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push(u8::try_from((bits >> count) & 0xFF).ok()?);
        }
    }
    String::from_utf8(out).ok()
}

/// The first letters and the last four, as the provider shows keys.
fn masked(secret: &str) -> String {
    let letters: Vec<char> = secret.chars().collect();
    if letters.len() < 13 {
        return "*".repeat(letters.len());
    }
    let head: String = letters[..8].iter().collect();
    let tail: String = letters[letters.len() - 4..].iter().collect();
    format!("{head}{}{tail}", "*".repeat(letters.len() - 12))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn earlier_versions_of_the_same_name_are_spoken() {
        for version in [API_VERSION, "2026-06-24.dahlia", "2026-03-25.dahlia"] {
            assert!(is_spoken(version), "{version}");
        }
        for version in ["2026-08-26.dahlia", "2025-09-30.clover", "2020-08-27", "dahlia", ""] {
            assert!(!is_spoken(version), "{version}");
        }
    }

    #[test]
    fn basic_credentials_are_read_and_keys_masked() {
        assert_eq!(base64("cmtfdGVzdF94Og==").as_deref(), Some("rk_test_x:"));
        assert_eq!(masked("rk_test_abcdefgh1234"), "rk_test_********1234");
    }
}
