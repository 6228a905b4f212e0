//! Whether this desktop shows tray icons at all. Where it does not, a closed window would be lost: closing ends the
//! program there.

/// Whether something shows tray icons here.
pub fn is_there() -> bool {
    #[cfg(target_os = "linux")]
    return watcher_is_there();
    #[cfg(not(target_os = "linux"))]
    true
}

/// The desktop's part of the StatusNotifierItem specification: who shows icons owns this name on the session bus.
#[cfg(target_os = "linux")]
fn watcher_is_there() -> bool {
    const WATCHER: &str = "org.kde.StatusNotifierWatcher";
    let asked = zbus::blocking::Connection::session()
        .and_then(|bus| zbus::blocking::fdo::DBusProxy::new(&bus))
        .and_then(|bus| {
            let name = zbus::names::BusName::try_from(WATCHER)?;
            Ok(bus.name_has_owner(name)?)
        });
    asked.unwrap_or_else(|error| {
        tracing::info!(%error, "the session bus was not asked for a tray");
        false
    })
}
