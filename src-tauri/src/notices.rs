//! Desktop notifications: a new decision is told once, many at a time are one (MA-17). They inform and open the
//! item; deciding happens in the window.

use crate::bridge::Bridge;
use crate::windows;
use notify_rust::Notification;
use purser_engine::api::types::Decision;
use std::collections::HashSet;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Duration;
use tauri::AppHandle;

/// Changes come in bursts; what is new is told when they have settled.
const SETTLE: Duration = Duration::from_secs(3);
/// A decision can also appear by the passing of time, such as one that was put away until tomorrow.
const PAUSE: Duration = Duration::from_secs(60);
/// How long a notification stays on screen, in milliseconds, where the desktop follows that.
const SHOWN_MS: i32 = 15_000;

/// What to tell, in words of plain text.
#[derive(Debug, PartialEq, Eq)]
struct Notice {
    title: String,
    body: String,
    route: String,
}

/// Follows the queue until the program ends; the sender wakes it after a change.
pub fn start(app: AppHandle, bridge: Arc<Bridge>) -> std::io::Result<Sender<()>> {
    let (wake, woken) = channel();
    std::thread::Builder::new().name("notices".into()).spawn(move || follow(&app, &bridge, &woken))?;
    Ok(wake)
}

fn follow(app: &AppHandle, bridge: &Bridge, woken: &Receiver<()>) {
    // What waits at the start is on Today; only what comes after it is news.
    let mut known: Option<HashSet<String>> = None;
    loop {
        match woken.recv_timeout(PAUSE) {
            Ok(()) => {
                std::thread::sleep(SETTLE);
                while woken.try_recv().is_ok() {}
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
        let Some(queue) = bridge.shown::<Vec<Decision>>("attention") else { continue };
        let ids = queue.iter().map(|decision| decision.id.clone()).collect();
        let before = known.replace(ids);
        let Some(before) = before else { continue };
        let news: Vec<&Decision> = queue.iter().filter(|decision| !before.contains(&decision.id)).collect();
        if let Some(notice) = notice(&news)
            && !windows::main_has_focus(app)
        {
            tell(app.clone(), notice);
        }
    }
}

/// One notice for all that is new, the most urgent named.
fn notice(news: &[&Decision]) -> Option<Notice> {
    let first = news.first()?;
    Some(match news.len() {
        1 => Notice {
            title: one_line(&first.title),
            body: one_line(&first.reason),
            route: first.route.clone(),
        },
        count => Notice {
            title: format!("{count} new decisions"),
            body: format!("{}, and {} more", one_line(&first.title), count - 1),
            route: "/today".to_owned(),
        },
    })
}

/// Customers write into names and memos, and the engine has made what was hidden in them visible: here nothing of it may
/// be read as markup, which notification servers allow in the body.
fn one_line(text: &str) -> String {
    text.chars().take(160).collect::<String>().replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn tell(app: AppHandle, notice: Notice) {
    let spawned = std::thread::Builder::new().name("notice".into()).spawn(move || {
        let mut notification = Notification::new();
        notification.appname("Purser").summary(&notice.title).body(&notice.body).timeout(SHOWN_MS);
        #[cfg(target_os = "linux")]
        notification.icon("purser-desktop").action("default", "Open");
        match notification.show() {
            Ok(shown) => opens(&app, shown, &notice.route),
            Err(error) => tracing::info!(%error, "this desktop shows no notifications"),
        }
    });
    if let Err(error) = spawned {
        tracing::warn!(%error, "a notification was not shown");
    }
}

#[cfg(target_os = "linux")]
fn opens(app: &AppHandle, shown: notify_rust::NotificationHandle, route: &str) {
    shown.wait_for_action(|action| {
        if action == "default" {
            let route = route.to_owned();
            windows::from_anywhere(app, move |app| windows::go(app, &route));
        }
    });
}

#[cfg(not(target_os = "linux"))]
fn opens(_app: &AppHandle, _shown: notify_rust::NotificationHandle, _route: &str) {}

#[cfg(test)]
mod tests {
    use super::*;
    use purser_engine::api::types::Severity;

    fn decision(id: &str, title: &str) -> Decision {
        Decision {
            id: id.to_owned(),
            kind: "unmatched_line".to_owned(),
            severity: Severity::Medium,
            title: title.to_owned(),
            reason: "Nothing open fits <b>this</b> & that".to_owned(),
            amount: None,
            since: String::new(),
            due: None,
            actions: Vec::new(),
            subject: String::new(),
            facts: Vec::new(),
            route: format!("/money-in/match/{id}"),
        }
    }

    #[test]
    fn nothing_new_is_not_told_and_ten_of_a_kind_are_one() {
        let many: Vec<Decision> =
            (0..10).map(|n| decision(&n.to_string(), &format!("Transfer {n}"))).collect();
        let news: Vec<&Decision> = many.iter().collect();
        assert_eq!(notice(&[]), None);
        let one = notice(&news[..1]).unwrap();
        assert_eq!((one.title.as_str(), one.route.as_str()), ("Transfer 0", "/money-in/match/0"));
        let ten = notice(&news).unwrap();
        assert_eq!((ten.title.as_str(), ten.body.as_str()), ("10 new decisions", "Transfer 0, and 9 more"));
        assert_eq!(ten.route, "/today");
    }

    #[test]
    fn what_a_customer_wrote_is_not_markup() {
        let one = notice(&[&decision("a", "x")]).unwrap();
        assert_eq!(one.body, "Nothing open fits &lt;b&gt;this&lt;/b&gt; &amp; that");
    }
}
