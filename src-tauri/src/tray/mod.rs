//! The tray: the number of decisions, the most urgent ones, pause, open and quit. While it is there, closing the
//! window only hides it and the work goes on.

mod host;
mod icon;

use crate::bridge::Bridge;
use crate::windows;
use purser_engine::api::Kind;
use purser_engine::api::types::Tray;
use serde_json::json;
use std::panic::AssertUnwindSafe;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tauri::menu::{CheckMenuItem, Menu, MenuEvent, MenuItem, PredefinedMenuItem};
use tauri::tray::{TrayIcon, TrayIconBuilder};
use tauri::{AppHandle, Manager, Wry};

const ID: &str = "purser";
/// Looks at least this often: ages and days pass without a change of the books.
const PAUSE: Duration = Duration::from_secs(60);
/// While an approval counts down.
const COUNTDOWN: Duration = Duration::from_secs(1);

/// The tray of the running program, where there is one.
pub struct Presence {
    shown: AtomicBool,
    wake: Mutex<Option<Sender<Wake>>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Wake {
    /// Look whether something changed.
    Look,
    /// Draw again in any case: the toolkit moved a tick by itself.
    Redraw,
}

impl Presence {
    /// Whether a hidden window can be found again.
    pub fn is_shown(&self) -> bool {
        self.shown.load(Ordering::Relaxed)
    }

    /// The books changed.
    pub fn refresh(&self) {
        self.wake(Wake::Look);
    }

    fn wake(&self, why: Wake) {
        if let Some(wake) = self.wake.lock().unwrap_or_else(PoisonError::into_inner).as_ref() {
            // Nobody listens any more only while the program ends.
            let _ = wake.send(why);
        }
    }
}

/// Puts the icon into the tray, where the desktop has one, and keeps it true until the program ends.
pub fn start(app: &AppHandle, bridge: Arc<Bridge>, data_folder: &Path) {
    let presence = Presence { shown: AtomicBool::new(false), wake: Mutex::new(None) };
    app.manage(presence);
    if !host::is_there() {
        tracing::info!("this desktop shows no tray icons: closing the window ends the program");
        return;
    }
    let built = std::panic::catch_unwind(AssertUnwindSafe(|| build(app, data_folder)));
    match built {
        Ok(Ok(icon)) => keep(app, bridge, icon),
        Ok(Err(error)) => tracing::warn!(%error, "there is no tray icon"),
        // The toolkit panics where its library is not installed.
        Err(_) => tracing::warn!("there is no tray icon: the library libayatana-appindicator3 is missing"),
    }
}

fn build(app: &AppHandle, data_folder: &Path) -> tauri::Result<TrayIcon> {
    let folder = data_folder.join("webview").join("tray");
    private_folder(&folder)?;
    TrayIconBuilder::with_id(ID)
        .icon(icon::draw(0, false))
        .temp_dir_path(folder)
        .tooltip("Purser")
        .menu(&Menu::with_items(app, &[&line(app, "open", "Open Purser")?])?)
        .show_menu_on_left_click(cfg!(target_os = "macos"))
        .on_menu_event(clicked)
        .build(app)
}

/// The picture is handed over as a file; nobody else needs to see how many decisions wait.
fn private_folder(folder: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700))?;
    }
    Ok(())
}

fn keep(app: &AppHandle, bridge: Arc<Bridge>, icon: TrayIcon) {
    let (wake, woken) = channel();
    let presence = app.state::<Presence>();
    presence.shown.store(true, Ordering::Relaxed);
    *presence.wake.lock().unwrap_or_else(PoisonError::into_inner) = Some(wake);
    let app = app.clone();
    let spawned =
        std::thread::Builder::new().name("tray".into()).spawn(move || follow(&app, &bridge, &icon, &woken));
    if let Err(error) = spawned {
        tracing::error!(%error, "the tray icon is not kept up to date");
    }
}

/// What the menu was built from; the same again changes nothing, so that an open menu stays open.
fn follow(app: &AppHandle, bridge: &Bridge, icon: &TrayIcon, woken: &Receiver<Wake>) {
    let mut shown: Option<Shown> = None;
    loop {
        let now = bridge.shown::<Tray>("tray");
        let pause = if now.as_ref().is_some_and(|tray| !tray.leaving.is_empty()) { COUNTDOWN } else { PAUSE };
        let next = show(app, icon, shown.take(), now);
        match next {
            Ok(next) => shown = Some(next),
            Err(error) => tracing::warn!(%error, "the tray could not be changed"),
        }
        match woken.recv_timeout(pause) {
            Ok(why) => {
                if std::iter::once(why).chain(woken.try_iter()).any(|why| why == Wake::Redraw) {
                    shown = None;
                }
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}

struct Shown {
    tray: Option<Tray>,
    /// The lines of `leaving`, whose texts count down in an open menu.
    countdown: Vec<MenuItem<Wry>>,
}

fn show(app: &AppHandle, icon: &TrayIcon, before: Option<Shown>, now: Option<Tray>) -> tauri::Result<Shown> {
    if let Some(before) = before {
        if before.tray == now {
            return Ok(before);
        }
        if let (Some(old), Some(new)) = (&before.tray, &now)
            && only_counts_down(old, new)
        {
            for (item, leaving) in before.countdown.iter().zip(&new.leaving) {
                item.set_text(&leaving.text)?;
            }
            return Ok(Shown { tray: now, ..before });
        }
    }
    let (menu, countdown) = menu(app, now.as_ref())?;
    icon.set_menu(Some(menu))?;
    let (count, paused) = now.as_ref().map_or((0, false), |tray| (tray.count, tray.paused));
    icon.set_icon(Some(icon::draw(count, paused)))?;
    icon.set_tooltip(Some(now.as_ref().map_or("Purser", |tray| tray.decisions.as_str())))?;
    Ok(Shown { tray: now, countdown })
}

/// Whether nothing differs but the seconds of what leaves.
fn only_counts_down(old: &Tray, new: &Tray) -> bool {
    let batches = |tray: &Tray| tray.leaving.iter().map(|each| each.batch.clone()).collect::<Vec<_>>();
    batches(old) == batches(new)
        && Tray { leaving: Vec::new(), ..old.clone() } == Tray { leaving: Vec::new(), ..new.clone() }
}

fn menu(app: &AppHandle, tray: Option<&Tray>) -> tauri::Result<(Menu<Wry>, Vec<MenuItem<Wry>>)> {
    let menu = Menu::new(app)?;
    let mut countdown = Vec::new();
    let fact = |text: &str| MenuItem::new(app, text, false, None::<&str>);
    let rule = || PredefinedMenuItem::separator(app);
    if let Some(tray) = tray {
        for leaving in &tray.leaving {
            let item = fact(&leaving.text)?;
            menu.append(&item)?;
            menu.append(&line(app, &format!("undo:{}", leaving.batch), "Undo this payout")?)?;
            countdown.push(item);
        }
        if tray.leaving.is_empty() {
            menu.append(&fact(&tray.state)?)?;
        }
        if let Some(held) = &tray.held {
            menu.append(&line(app, "go:/automations/outbox", held)?)?;
            menu.append(&line(app, "release", "Release in order…")?)?;
        }
        menu.append(&rule()?)?;
        menu.append(&fact(&tray.decisions)?)?;
        for decision in &tray.top {
            let id = match &decision.batch {
                Some(batch) => format!("confirm:{batch}"),
                None => format!("go:{}", decision.route),
            };
            menu.append(&line(app, &id, &decision.text)?)?;
        }
        if !tray.more.is_empty() {
            menu.append(&line(app, "go:/today", &tray.more)?)?;
        }
        menu.append(&rule()?)?;
        menu.append(&CheckMenuItem::with_id(
            app,
            "pause",
            "Pause all money and mail",
            true,
            tray.paused,
            None::<&str>,
        )?)?;
        menu.append(&rule()?)?;
    }
    menu.append(&line(app, "open", "Open Purser")?)?;
    menu.append(&line(app, "quit", "Quit and stop all work")?)?;
    Ok((menu, countdown))
}

fn line(app: &AppHandle, id: &str, text: &str) -> tauri::Result<MenuItem<Wry>> {
    // An ampersand would mark the next letter as a key.
    MenuItem::with_id(app, id, text.replace('&', "&&"), true, None::<&str>)
}

/// A click. Nothing here lets money out: approving and resuming open the confirm window.
fn clicked(app: &AppHandle, event: MenuEvent) {
    let id = event.id().0.as_str();
    let (what, rest) = id.split_once(':').unwrap_or((id, ""));
    let result = match what {
        "open" => {
            windows::focus_main(app);
            Ok(())
        }
        "go" => windows::go(app, rest).map_err(|error| error.to_string()),
        "confirm" => windows::open_confirm(app, rest).map_err(|error| error.to_string()),
        "release" => windows::open_confirm(app, "resume").map_err(|error| error.to_string()),
        "pause" => {
            pause_clicked(app);
            Ok(())
        }
        "undo" => {
            command(app, "approval_undo", json!({ "id": rest }));
            Ok(())
        }
        "quit" => {
            app.exit(0);
            Ok(())
        }
        _ => Err(format!("nothing is named {id}")),
    };
    if let Err(error) = result {
        tracing::warn!(%error, what, "a click in the tray did nothing");
    }
}

/// Pausing acts at once; releasing again asks in the confirm window. The tick shows what is stored, not what was
/// clicked: the next look puts it right.
fn pause_clicked(app: &AppHandle) {
    off_thread(app, "pause", |app, bridge| {
        if bridge.shown::<Tray>("tray").is_some_and(|tray| tray.paused) {
            windows::from_anywhere(app, |app| windows::open_confirm(app, "resume"));
        } else if let Err(error) = bridge.call(Kind::Command, "pause_all", json!({})) {
            tracing::error!(code = %error.code, "not paused");
        }
        app.state::<Presence>().wake(Wake::Redraw);
    });
}

fn command(app: &AppHandle, method: &'static str, input: serde_json::Value) {
    off_thread(app, method, move |app, bridge| {
        if let Err(error) = bridge.call(Kind::Command, method, input) {
            tracing::error!(method, code = %error.code, "a click in the tray was refused");
        }
        app.state::<Presence>().refresh();
    });
}

/// Does what a click asked for beside the window's own thread, which must not wait for the engine.
fn off_thread(app: &AppHandle, what: &str, work: impl FnOnce(&AppHandle, &Bridge) + Send + 'static) {
    let (bridge, app) = (Arc::clone(&app.state::<Arc<Bridge>>()), app.clone());
    let spawned = std::thread::Builder::new().name("tray-click".into()).spawn(move || work(&app, &bridge));
    if let Err(error) = spawned {
        tracing::error!(%error, what, "a click in the tray did nothing");
    }
}
