//! Where reading stands: one small value that says what was read and what is to be read again.
//!
//! Events and balance transactions can become visible late, behind what was read already (up to 48 h). So each list is
//! read in two ways: forward from the newest item, and in passes over the last 48 hours that compare, hour by hour,
//! what the list holds with what was taken in. Only hours that differ are read again. The value stays small however
//! much happens: per hour a count and the XOR of the ids' hashes.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// How far back something may still become visible.
pub(super) const OVERLAP_SECONDS: i64 = 48 * 3600;
/// How far back events can be listed (C-1).
pub(super) const EVENTS_KEPT_SECONDS: i64 = 30 * 24 * 3600;
/// An item older than this may leave the list at any moment: reading forward from it is not safe.
const ANCHOR_MAX_SECONDS: i64 = 29 * 24 * 3600;
/// How often a stretch or a list is begun anew because the item to go on from is gone. One that is refused more often is
/// refused for another reason.
pub(super) const RESTARTS_MAX: u8 = 3;
/// Pause between two passes over the overlap.
const PASS_EVERY_SECONDS: i64 = 30 * 60;
const HOUR: i64 = 3600;

/// The whole value.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub(super) struct Cursor {
    /// When it was last asked, in seconds.
    pub polled_at: i64,
    /// What is being read.
    pub stage: Stage,
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Stage {
    /// The past, kind by kind, newest first.
    Backfill {
        /// Index into the order of kinds.
        step: usize,
        /// The last id of the page before.
        after: Option<String>,
        /// How often this kind was begun anew.
        #[serde(default)]
        restarts: u8,
        /// When the backfill began.
        since: i64,
    },
    /// What happens.
    Live { events: Box<Feed>, movements: Box<Feed> },
}

impl Cursor {
    /// From the very beginning.
    pub fn start(now: DateTime<Utc>) -> Cursor {
        let since = now.timestamp();
        Cursor { polled_at: since, stage: Stage::Backfill { step: 0, after: None, restarts: 0, since } }
    }

    /// Reads what happened since a time once more.
    pub fn again(mut self, since: DateTime<Utc>) -> Cursor {
        if let Stage::Live { events, movements } = &mut self.stage {
            events.again(since.timestamp());
            movements.again(since.timestamp());
        }
        self
    }

    /// Whether too much time went by for the events to tell all of it: one of the overlap before the last call may have
    /// become visible after it and be kept no longer. Then the lists are read anew.
    pub fn is_too_old(&self, now: DateTime<Utc>) -> bool {
        now.timestamp() - self.polled_at > EVENTS_KEPT_SECONDS - OVERLAP_SECONDS
    }
}

/// How many items of an hour, and which.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub(super) struct Mark {
    count: u32,
    xor: u64,
}

impl Mark {
    fn add(&mut self, id: &str) {
        let digest = Sha256::digest(id.as_bytes());
        let mut first = [0; 8];
        first.copy_from_slice(&digest[..8]);
        self.count = self.count.saturating_add(1);
        self.xor ^= u64::from_be_bytes(first);
    }
}

type Hours = BTreeMap<i64, Mark>;

/// A stretch of time that is read (again), newest first.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(super) struct Span {
    /// First second.
    pub from: i64,
    /// First second after it; open at the end where there is none.
    pub to: Option<i64>,
    /// The last id of the page before.
    pub after: Option<String>,
    /// How often it was begun anew.
    #[serde(default)]
    restarts: u8,
}

impl Span {
    fn new(from: i64, to: Option<i64>) -> Span {
        Span { from, to, after: None, restarts: 0 }
    }

    /// The item to go on from is gone: the stretch is read from its beginning. False where that is of no use.
    fn restart(&mut self) -> bool {
        let useful = self.after.is_some() && self.restarts < RESTARTS_MAX;
        if useful {
            self.after = None;
            self.restarts += 1;
        }
        useful
    }
}

/// One list that grows.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub(super) struct Feed {
    /// The newest item taken in, and its time.
    pub newest: Option<(String, i64)>,
    /// What was taken in, hour by hour.
    seen: Hours,
    /// What is to be read, before anything else.
    pub spans: Vec<Span>,
    /// A pass over the overlap that is under way, with what it listed so far.
    pass: Option<(Span, Hours)>,
    /// When the last pass ended.
    passed_at: i64,
}

impl Feed {
    /// A list that is read from a time on.
    pub fn since(seconds: i64) -> Feed {
        Feed {
            spans: vec![Span::new(seconds.div_euclid(HOUR) * HOUR, None)],
            passed_at: seconds + OVERLAP_SECONDS,
            ..Feed::default()
        }
    }

    /// Notes that an item was taken in.
    pub fn take(&mut self, id: &str, created: i64) {
        self.seen.entry(created.div_euclid(HOUR)).or_default().add(id);
        if self.newest.as_ref().is_none_or(|(_, newest)| created >= *newest) {
            self.newest = Some((id.to_owned(), created));
        }
    }

    /// Notes the page of a span: what it held, newest first, and whether more of the span is to come.
    pub fn take_span(&mut self, items: &[(String, i64)], has_more: bool) {
        let Some(span) = self.spans.first_mut() else { return };
        if span.after.is_none() {
            let (from, to) = (span.from.div_euclid(HOUR), span.to.map(|to| to.div_euclid(HOUR)));
            self.seen.retain(|hour, _| *hour < from || to.is_some_and(|to| *hour >= to));
        }
        match items.last() {
            Some((last, _)) if has_more => span.after = Some(last.clone()),
            _ => {
                self.spans.remove(0);
            }
        }
        for (id, created) in items.iter().rev() {
            self.take(id, *created);
        }
    }

    /// The first span is begun anew, where that may help.
    pub fn restart_span(&mut self) -> bool {
        self.spans.first_mut().is_some_and(Span::restart)
    }

    /// The pass under way is begun anew, where that may help.
    pub fn restart_pass(&mut self) -> bool {
        let Some((span, listed)) = self.pass.as_mut() else { return false };
        listed.clear();
        span.restart()
    }

    /// The item from which reading forward is safe.
    pub fn anchor(&self, now: i64) -> Option<&str> {
        self.newest.as_ref().filter(|(_, at)| now - at < ANCHOR_MAX_SECONDS).map(|(id, _)| id.as_str())
    }

    /// Reading forward is not possible: everything of the overlap and since `from` is read again.
    pub fn reopen(&mut self, from: i64) {
        self.newest = None;
        self.spans = vec![Span::new(from.div_euclid(HOUR) * HOUR, None)];
        self.pass = None;
    }

    /// Everything since `from` is read once more, before what is new; older stretches that wait still are, too.
    pub fn again(&mut self, from: i64) {
        let from = self.spans.iter().map(|span| span.from).fold(from.div_euclid(HOUR) * HOUR, i64::min);
        self.spans = vec![Span::new(from, None)];
        self.pass = None;
    }

    /// The next page of a pass over the overlap, where one is due.
    pub fn due_pass(&mut self, now: i64) -> Option<&Span> {
        if self.pass.is_none() && now - self.passed_at >= PASS_EVERY_SECONDS {
            // What was not visible when the last pass ended may be as old as that, and the overlap on top.
            let from = self.passed_at.min(now) - OVERLAP_SECONDS;
            let to = now.div_euclid(HOUR) * HOUR;
            let span = Span::new(from.div_euclid(HOUR) * HOUR, Some(to));
            self.pass = Some((span, Hours::new()));
        }
        self.pass.as_ref().map(|(span, _)| span)
    }

    /// Whether a pass has pages left.
    #[cfg(test)]
    fn is_passing(&self) -> bool {
        self.pass.is_some()
    }

    /// Notes a page of the pass; at its end the hours that hold something else than was taken in are to be read again.
    pub fn take_pass(&mut self, items: &[(String, i64)], has_more: bool, now: i64) {
        let Some((mut span, mut listed)) = self.pass.take() else { return };
        for (id, created) in items {
            listed.entry(created.div_euclid(HOUR)).or_default().add(id);
        }
        if let (Some((last, _)), true) = (items.last(), has_more) {
            span.after = Some(last.clone());
            self.pass = Some((span, listed));
            return;
        }
        self.passed_at = now;
        let (first, end) = (span.from.div_euclid(HOUR), span.to.unwrap_or(now).div_euclid(HOUR));
        self.seen.retain(|hour, _| *hour >= first);
        // Only what the list holds now counts: an item that left it was taken in already.
        let differing: Vec<i64> = (first..end)
            .filter(|hour| listed.get(hour).is_some_and(|mark| self.seen.get(hour) != Some(mark)))
            .collect();
        for hour in differing {
            match self.spans.last_mut() {
                Some(span) if span.to == Some(hour * HOUR) => span.to = Some((hour + 1) * HOUR),
                _ => self.spans.push(Span::new(hour * HOUR, Some((hour + 1) * HOUR))),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_800_000_000;

    fn items(all: &[(&str, i64)]) -> Vec<(String, i64)> {
        all.iter().map(|(id, at)| ((*id).to_owned(), *at)).collect()
    }

    /// A feed that has read what `all` holds, newest first.
    fn read(all: &[(&str, i64)]) -> Feed {
        let mut feed = Feed::since(NOW - OVERLAP_SECONDS);
        feed.take_span(&items(all), false);
        feed
    }

    #[test]
    fn a_pass_that_finds_what_was_read_asks_for_nothing() {
        let all = [("e2", NOW - 2 * HOUR), ("e1", NOW - 5 * HOUR)];
        let mut feed = read(&all);
        assert!(feed.due_pass(NOW + 60).is_none(), "it has only just been read");
        assert!(feed.due_pass(NOW + 2 * HOUR).is_some());
        feed.take_pass(&items(&all), false, NOW + 2 * HOUR);
        assert!(feed.spans.is_empty() && !feed.is_passing());
    }

    #[test]
    fn an_item_that_became_visible_late_is_read_again_with_its_hour() {
        let mut feed = read(&[("e2", NOW - 2 * HOUR), ("e1", NOW - 5 * HOUR)]);
        let now = NOW + HOUR;
        assert!(feed.due_pass(now).is_some());
        feed.take_pass(&items(&[("e2", NOW - 2 * HOUR)]), true, now);
        assert!(feed.is_passing(), "the rest of the pass is to come");
        let late = [("late", NOW - 5 * HOUR + 1), ("e1", NOW - 5 * HOUR)];
        feed.take_pass(&items(&late), false, now);
        assert_eq!(feed.spans.len(), 1);
        let span = feed.spans[0].clone();
        assert!(span.from <= NOW - 5 * HOUR && span.to.is_some_and(|to| to > NOW - 5 * HOUR));
        feed.take_span(&items(&late), false);
        assert_eq!(feed.newest.as_ref().map(|(id, _)| id.as_str()), Some("e2"), "forward reading goes on");
        assert!(feed.due_pass(now + HOUR).is_some());
        feed.take_pass(&items(&[("e2", NOW - 2 * HOUR), late[0], late[1]]), false, now + HOUR);
        assert!(feed.spans.is_empty(), "now everything was taken in");
    }

    #[test]
    fn js_10_a_stretch_that_is_read_once_more_changes_nothing_of_what_is_compared_later() {
        let all = [("e2", NOW - 2 * HOUR), ("e1", NOW - 30 * HOUR)];
        let mut feed = read(&all);
        feed.again(NOW - 24 * HOUR);
        assert_eq!(feed.spans.len(), 1);
        feed.take_span(&items(&all[..1]), false);
        assert_eq!(feed, read(&all), "as it was before");
        feed.again(NOW - 24 * HOUR);
        feed.again(NOW - 2 * HOUR);
        assert_eq!(feed.spans[0].from, (NOW - 24 * HOUR).div_euclid(HOUR) * HOUR, "the longer stretch");
    }

    #[test]
    fn what_became_visible_while_nobody_looked_is_found_however_long_that_was() {
        let mut feed = read(&[("e1", NOW - 5 * HOUR)]);
        let now = NOW + 3 * 24 * HOUR;
        assert!(feed.due_pass(now).is_some());
        feed.take_pass(&items(&[("late", NOW - HOUR), ("e1", NOW - 5 * HOUR)]), false, now);
        let span = feed.spans.first().cloned().unwrap();
        assert!(span.from <= NOW - HOUR && span.to.is_some_and(|to| to > NOW - HOUR), "{span:?}");
    }

    #[test]
    fn neighbouring_hours_are_read_in_one_span() {
        let mut feed = read(&[]);
        let now = NOW + HOUR;
        assert!(feed.due_pass(now).is_some());
        feed.take_pass(&items(&[("b", NOW - 3 * HOUR), ("a", NOW - 4 * HOUR)]), false, now);
        assert_eq!(feed.spans.len(), 1);
        assert_eq!(feed.spans[0].to.map(|to| to - feed.spans[0].from), Some(2 * HOUR));
    }

    #[test]
    fn an_old_anchor_is_not_read_forward_from() {
        let feed = read(&[("old", NOW - 3 * HOUR)]);
        assert_eq!(feed.anchor(NOW), Some("old"));
        assert_eq!(feed.anchor(NOW + 29 * 24 * HOUR), None);
    }

    #[test]
    fn the_value_stays_small_and_is_read_back() {
        let mut feed = Feed::since(NOW);
        for index in 0..20_000 {
            feed.take(&format!("evt_{index}"), NOW + index);
        }
        let cursor = Cursor {
            polled_at: NOW,
            stage: Stage::Live { events: Box::new(feed.clone()), movements: Box::new(feed) },
        };
        let text = serde_json::to_string(&cursor).unwrap();
        assert!(text.len() < 2_000, "{} bytes", text.len());
        assert_eq!(serde_json::from_str::<Cursor>(&text).unwrap(), cursor);
    }

    #[test]
    fn a_value_is_too_old_once_events_of_the_overlap_before_it_are_kept_no_longer() {
        let cursor = Cursor::start(DateTime::from_timestamp(NOW, 0).unwrap());
        let after = |seconds| DateTime::from_timestamp(NOW + seconds, 0).unwrap();
        assert!(!cursor.is_too_old(after(28 * 24 * HOUR)));
        assert!(cursor.is_too_old(after(28 * 24 * HOUR + 1)));
    }
}
