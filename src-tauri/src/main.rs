//! Purser's window: it shows the UI and forwards what the founder asks to the engine, nothing else.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]
#![cfg_attr(test, allow(clippy::unwrap_used))]

mod arguments;
mod bridge;
mod changes;
mod commands;
mod log;
mod notices;
mod paths;
mod tray;
mod windows;

use arguments::Arguments;
use bridge::Bridge;
use paths::Places;
use purser_engine::host::HostError;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use tauri::{Manager, RunEvent};

fn main() -> ExitCode {
    if purser_engine::proof::is_drawer() {
        return purser_engine::proof::draw();
    }
    let arguments = match Arguments::from_environment() {
        Ok(arguments) => arguments,
        Err(error) => {
            eprintln!("purser-desktop: {error}");
            return ExitCode::from(2);
        }
    };
    match run(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("purser-desktop: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> Result<(), Box<dyn std::error::Error>> {
    check_screen()?;
    let folder = data_folder(&arguments)?;
    // First of all plugins, so that a second start does nothing but bring the first window to the front. Per data
    // folder: the made-up company may stand open beside the founder's own.
    let one_window = tauri_plugin_single_instance::Builder::new()
        .dbus_id(arguments::window_name(&folder))
        .callback(|app, _, _| windows::focus_main(app))
        .build();
    let app = tauri::Builder::default()
        .plugin(one_window)
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_window_state::Builder::new().with_denylist(&[windows::CONFIRM]).build())
        .plugin(tauri_plugin_autostart::Builder::new().args(autostart_words(&arguments)).build())
        .invoke_handler(tauri::generate_handler![
            commands::query,
            commands::command,
            commands::release,
            commands::open_confirm,
            commands::close_window,
            commands::autostart,
            commands::autostart_set,
            paths::pick_file,
            paths::pick_save,
            paths::pick_folder,
            paths::open_path,
            paths::reveal_path,
        ])
        .on_window_event(windows::on_event)
        .setup(move |app| {
            app.manage(log::start(&folder)?);
            let (bridge, acted) = Bridge::new(folder.clone(), commands::progress(app.handle().clone()));
            let bridge = Arc::new(bridge);
            app.manage(Arc::clone(&bridge));
            app.manage(Places::new(&folder));
            tray::start(app.handle(), Arc::clone(&bridge), &folder);
            let notices = notices::start(app.handle().clone(), Arc::clone(&bridge))?;
            changes::watch(app.handle().clone(), Arc::clone(&bridge), acted, notices)?;
            let demo = arguments.demo;
            std::thread::Builder::new().name("open".into()).spawn(move || bridge.open(demo))?;
            // After the state is there: a window asks as soon as it exists.
            let hidden = arguments.hidden && app.state::<tray::Presence>().is_shown();
            windows::open_main(app.handle(), &folder, hidden)?;
            tracing::info!(version = env!("CARGO_PKG_VERSION"), demo, "started");
            Ok(())
        })
        .build(tauri::generate_context!())?;
    app.run(|app, event| {
        if let RunEvent::Exit = event {
            app.state::<Arc<Bridge>>().close();
            tracing::info!("stopped");
        }
    });
    Ok(())
}

/// A start with the session opens the same books, and no window.
fn autostart_words(arguments: &Arguments) -> Vec<String> {
    let mut words = vec!["--hidden".to_owned()];
    if arguments.demo {
        words.push("--demo".to_owned());
    }
    if let Some(folder) = &arguments.data {
        let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.clone());
        words.push(format!("--data={}", folder.display()));
    }
    words
}

/// The folder that was named; without one the platform's, and beside it another for the made-up company, which
/// must never stand where the founder's own books go.
fn data_folder(arguments: &Arguments) -> Result<PathBuf, HostError> {
    if let Some(folder) = &arguments.data {
        return Ok(folder.clone());
    }
    if arguments.demo { purser_engine::host::demo_folder() } else { purser_engine::host::default_folder() }
}

/// The toolkit panics where there is no screen; a sentence helps more.
fn check_screen() -> Result<(), &'static str> {
    let named = |variable: &str| std::env::var_os(variable).is_some_and(|value| !value.is_empty());
    if cfg!(target_os = "linux") && !named("DISPLAY") && !named("WAYLAND_DISPLAY") {
        return Err(
            "there is no screen here to show a window on. The command line works without one: purser --help",
        );
    }
    Ok(())
}
