//! The words of the tray: what it counts, and the lines of its menu.

use chrono::{DateTime, Utc};
use purser_core::Currency;
use purser_core::attention::Attention;
use purser_core::matching::money_text;
use purser_core::outbox::EffectState;
use purser_core::text::{counted, grouped, visible};
use purser_store::ReadTx;
use purser_store::tables::attention::Queued;
use purser_store::tables::{effects, settings};

use super::today::{ordered, sum_of};
use crate::api::Caller;
use crate::api::types::*;
use crate::approvals::{paused_since, view};
use crate::error::ApiError;
use crate::profile::Profile;

/// Decisions that the menu names; the others are a count.
const TOP: usize = 3;
/// Characters of one line: native menus grow as wide as their longest line.
const LINE_LENGTH_MAX: usize = 64;
/// Waiting effects that are looked at to say what is held.
const HELD_MAX: u32 = 1_000;

/// `tray`.
pub fn tray(caller: &Caller<'_>, _input: Nothing) -> Result<Tray, ApiError> {
    let books = caller.books()?;
    let now = books.clock.now();
    books.read(|tx| {
        let profile = Profile::load(tx)?;
        let queue = ordered(tx, &profile, now)?;
        let paused = paused_since(tx)?;
        let top = queue.iter().take(TOP).map(|queued| named(&queued.id, &queued.item)).collect();
        Ok(Tray {
            count: u32::try_from(queue.len()).unwrap_or(u32::MAX),
            state: match paused {
                Some(since) => format!("Paused since {}. Nothing leaves", clock(&profile, since)),
                None => last_read(tx, &profile, now)?,
            },
            leaving: view::leaving(tx, now)?.into_iter().map(leaves).collect(),
            decisions: decisions(&queue, profile.currency)?,
            top,
            more: more(queue.len()),
            held: if paused.is_some() { held(tx)? } else { None },
            paused: paused.is_some(),
        })
    })
}

fn named(id: &str, item: &Attention) -> TrayDecision {
    let amount = item.amount.map(|amount| money_text(amount.abs()));
    let text = match amount {
        Some(amount) if !item.title.contains(&amount) => line(&item.title, &format!(", {amount}…")),
        _ => line(&item.title, "…"),
    };
    TrayDecision {
        id: id.to_owned(),
        text,
        route: item.route.clone(),
        batch: item.subject.strip_prefix("batch:").map(str::to_owned),
    }
}

/// One plain line: what customers wrote is made visible, and its end is kept whatever is cut.
fn line(text: &str, end: &str) -> String {
    let text = visible(text);
    let room = LINE_LENGTH_MAX.saturating_sub(end.chars().count());
    if text.chars().count() <= room {
        return format!("{text}{end}");
    }
    let cut: String = text.chars().take(room.saturating_sub(1)).collect();
    format!("{}…{}", cut.trim_end(), end.trim_end_matches('…'))
}

fn leaves(leaving: Leaving) -> TrayLeaving {
    let end = format!(" leaves in {} s", leaving.seconds_left);
    TrayLeaving { batch: leaving.batch, text: line(&leaving.title, &end) }
}

fn decisions(queue: &[Queued], base: Currency) -> Result<String, ApiError> {
    let amounts = queue.iter().filter_map(|queued| queued.item.amount);
    let sum = sum_of(amounts.map(|amount| amount.abs().into()), base)?;
    let words = match queue.len() {
        0 => return Ok("No decisions".to_owned()),
        count => counted(count, "decision", "decisions"),
    };
    Ok(if sum.is_zero() { words } else { format!("{words}, {}", money_text(sum)) })
}

fn more(count: usize) -> String {
    match count.saturating_sub(TOP) {
        0 => String::new(),
        more => format!("{} more in Today…", grouped(more)),
    }
}

fn last_read(tx: &ReadTx<'_>, profile: &Profile, now: DateTime<Utc>) -> Result<String, ApiError> {
    let at: Option<DateTime<Utc>> = settings::get(tx, "import.last")?;
    Ok(match at {
        None => "No statement read yet".to_owned(),
        Some(at) if profile.day(at) == profile.day(now) => format!("Statement read {}", clock(profile, at)),
        Some(at) => format!("Statement read {}", profile.day(at).format("%-d %b")),
    })
}

/// What waits while nothing may leave, such as `Held: 1 payout, 4 emails…`.
fn held(tx: &ReadTx<'_>) -> Result<Option<String>, ApiError> {
    let waiting = effects::in_state(tx, EffectState::Queued, HELD_MAX)?;
    let count = |test: &dyn Fn(&str) -> bool| waiting.iter().filter(|effect| test(&effect.kind)).count();
    let money = count(&|kind| kind.starts_with("money."));
    let mails = count(&|kind| kind.starts_with("email."));
    let others = waiting.len() - money - mails;
    let parts: Vec<String> =
        [(money, "payment out", "payments out"), (mails, "email", "emails"), (others, "message", "messages")]
            .into_iter()
            .filter(|(count, ..)| *count > 0)
            .map(|(count, one, many)| counted(count, one, many))
            .collect();
    Ok((!parts.is_empty()).then(|| format!("Held: {}…", parts.join(", "))))
}

fn clock(profile: &Profile, at: DateTime<Utc>) -> String {
    at.with_timezone(&profile.zone).format("%H:%M").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_keeps_its_end_and_shows_what_was_hidden() {
        assert_eq!(line("Match Kestrel", ", $4,785.00…"), "Match Kestrel, $4,785.00…");
        let long = line(&"A long payer ".repeat(20), ", $1.00…");
        assert!(long.chars().count() <= LINE_LENGTH_MAX && long.ends_with("…, $1.00"), "{long}");
        assert!(!line("in\u{202e}vert\nbreak", "…").contains(['\u{202e}', '\n']));
    }

    #[test]
    fn what_is_not_listed_is_counted() {
        assert_eq!(
            (more(0), more(3), more(9)),
            (String::new(), String::new(), "6 more in Today…".to_owned())
        );
    }
}
