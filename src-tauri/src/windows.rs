//! The two windows: the main one, and the small one in which money is released.

use crate::paths::Places;
use crate::tray::Presence;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use tauri::webview::NewWindowResponse;
use tauri::{
    AppHandle, DragDropEvent, Emitter, Manager, Url, WebviewUrl, WebviewWindow, WebviewWindowBuilder, Window,
    WindowEvent, Wry,
};
use thiserror::Error;

/// The main window's label.
pub const MAIN: &str = "main";
/// The confirm window's label. Its capability alone holds `release`.
pub const CONFIRM: &str = "confirm";

/// The event by which the main window is asked to show a page.
const NAVIGATE: &str = "navigate";

/// Asks for a line on stderr when the first words, and when the books, are on screen: `make bench` measures the start.
const PAINTED: &str = "PURSER_PAINTED";

const BATCH_ID_LENGTH_MAX: usize = 64;
const TITLE_LENGTH_MAX: usize = 80;

/// A window that could not be opened.
#[derive(Debug, Error)]
pub enum WindowError {
    /// The id would change the address.
    #[error("This batch has an id that Purser did not make, so nothing was opened.")]
    BatchId,
    /// The platform refused.
    #[error("The window could not be opened: {0}.")]
    Platform(#[from] tauri::Error),
}

/// Where the webviews keep their own files (settings of the screen, never books): in the data folder, so that
/// two folders share nothing.
struct WebviewFolder(std::path::PathBuf);

/// Opens the main window; `hidden` under the tray, where the program was started with the session.
pub fn open_main(app: &AppHandle, data_folder: &Path, hidden: bool) -> Result<(), WindowError> {
    app.manage(WebviewFolder(data_folder.join("webview")));
    builder(app, MAIN, "index.html".to_owned())
        .title("Purser")
        .inner_size(1280.0, 800.0)
        .min_inner_size(1024.0, 680.0)
        .visible(!hidden)
        .build()?;
    Ok(())
}

/// Brings the main window to the front.
pub fn focus_main(app: &AppHandle) {
    let Some(window) = app.get_webview_window(MAIN) else { return };
    if let Err(error) = window.unminimize().and_then(|()| window.show()).and_then(|()| window.set_focus()) {
        tracing::warn!(%error, "the window could not be brought to the front");
    }
}

/// Opens the confirm window on a batch, or shows that batch in the one that is open.
pub fn open_confirm(app: &AppHandle, batch: &str) -> Result<(), WindowError> {
    let page = confirm_page(batch)?;
    if let Some(window) = app.get_webview_window(CONFIRM) {
        let mut address = window.url()?;
        let (path, rest) = page.split_once('?').unwrap_or((&page, ""));
        let (query, fragment) = rest.split_once('#').unwrap_or((rest, ""));
        address.set_path(path);
        address.set_query(Some(query));
        address.set_fragment(Some(fragment));
        window.navigate(address)?;
        window.set_focus()?;
        return Ok(());
    }
    let window = builder(app, CONFIRM, page)
        .title("Approve a payout")
        .inner_size(480.0, 560.0)
        .min_inner_size(480.0, 320.0)
        .always_on_top(true)
        .maximizable(false)
        .minimizable(false)
        .skip_taskbar(true)
        .center()
        .build()?;
    window.set_focus()?;
    Ok(())
}

/// Brings the main window to the front on a page of it.
pub fn go(app: &AppHandle, route: &str) -> Result<(), WindowError> {
    focus_main(app);
    app.emit_to(MAIN, NAVIGATE, route)?;
    Ok(())
}

/// Shows something from any thread.
pub fn from_anywhere(
    app: &AppHandle,
    show: impl FnOnce(&AppHandle) -> Result<(), WindowError> + Send + 'static,
) {
    let window = app.clone();
    let asked = app.run_on_main_thread(move || {
        if let Err(error) = show(&window) {
            tracing::warn!(%error, "a page could not be shown");
        }
    });
    if let Err(error) = asked {
        tracing::warn!(%error, "a page could not be shown");
    }
}

/// Whether the founder looks at the main window now.
pub fn main_has_focus(app: &AppHandle) -> bool {
    app.get_webview_window(MAIN).is_some_and(|window| window.is_focused().unwrap_or(false))
}

/// What is dropped on the window may be read. Under a tray icon the closed main window only hides and the work goes on. Without one, the program ends with it.
pub fn on_event(window: &Window, event: &WindowEvent) {
    if window.label() != MAIN {
        return;
    }
    match event {
        WindowEvent::CloseRequested { api, .. } if window.state::<Presence>().is_shown() => {
            match window.hide() {
                Ok(()) => api.prevent_close(),
                Err(error) => tracing::warn!(%error, "the window could not be hidden, so it closes"),
            }
        }
        WindowEvent::DragDrop(DragDropEvent::Drop { paths, .. }) => window.state::<Places>().dropped(paths),
        WindowEvent::Destroyed => window.app_handle().exit(0),
        _ => {}
    }
}

/// The page of a batch. The number makes each opening a load of its own: the page starts afresh, and so does
/// the time before it accepts a key.
fn confirm_page(batch: &str) -> Result<String, WindowError> {
    static OPENED: AtomicU64 = AtomicU64::new(0);
    let plain = |each: char| each.is_ascii_alphanumeric() || each == '-' || each == '_';
    if batch.is_empty() || batch.len() > BATCH_ID_LENGTH_MAX || !batch.chars().all(plain) {
        return Err(WindowError::BatchId);
    }
    Ok(format!("confirm.html?opened={}#/confirm/{batch}", OPENED.fetch_add(1, Ordering::Relaxed)))
}

fn builder<'a>(app: &'a AppHandle, label: &str, page: String) -> WebviewWindowBuilder<'a, Wry, AppHandle> {
    let home = app.config().build.dev_url.clone();
    let builder = WebviewWindowBuilder::new(app, label, WebviewUrl::App(page.into()));
    #[cfg(debug_assertions)]
    let builder = match std::env::var_os("TAURI_WEBVIEW_AUTOMATION") {
        Some(_) => builder.initialization_script(include_str!("complaints.js")),
        None => builder,
    };
    let builder = match std::env::var_os(PAINTED) {
        Some(_) => builder.initialization_script(include_str!("painted.js")),
        None => builder,
    };
    builder
        .data_directory(app.state::<WebviewFolder>().0.clone())
        .on_navigation(move |address| is_ours(address, home.as_ref()))
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .on_document_title_changed(set_title)
}

/// A webview shows our own pages and nothing else, whatever a page asks for.
fn is_ours(address: &Url, dev_server: Option<&Url>) -> bool {
    let scheme_and_host = (address.scheme(), address.host_str());
    matches!(scheme_and_host, ("tauri", Some("localhost")) | ("http" | "https", Some("tauri.localhost")))
        || dev_server.is_some_and(|dev| dev.origin() == address.origin())
}

/// The title is the page's own, such as "(9) Purser".
fn set_title(window: WebviewWindow, title: String) {
    if title.starts_with("painted ") && std::env::var_os(PAINTED).is_some() {
        eprintln!("{title}");
    }
    let title: String = title.chars().filter(|each| !each.is_control()).take(TITLE_LENGTH_MAX).collect();
    if let Err(error) = window.set_title(&title) {
        tracing::warn!(%error, "the window's title could not be set");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_webview_goes_nowhere_but_to_our_pages() {
        let dev = Url::parse("http://127.0.0.1:5173").unwrap();
        let ours = |address: &str| is_ours(&Url::parse(address).unwrap(), Some(&dev));
        assert!(ours("tauri://localhost/index.html#/today"));
        assert!(ours("http://tauri.localhost/confirm.html"));
        assert!(ours("http://127.0.0.1:5173/index.html"));
        assert!(!ours("http://127.0.0.1:5174/"));
        assert!(!ours("https://example.com/"));
        assert!(!ours("tauri://elsewhere/"));
        assert!(!ours("file:///etc/passwd"));
        assert!(!ours("data:text/html,hello"));
        assert!(!is_ours(&dev, None), "a release has no development server");
    }

    #[test]
    fn a_batch_id_cannot_change_the_page() {
        assert!(confirm_page("0198c0de-7f3a-7000-8000-000000000001").unwrap().ends_with("000000000001"));
        for bad in ["", "a/b", "../x", "a#b", "a b", "a?b", &"x".repeat(65)] {
            assert!(confirm_page(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn each_opening_loads_the_page_anew() {
        assert_ne!(confirm_page("a").unwrap(), confirm_page("a").unwrap());
    }
}
