//! Files: asking the founder for one, and showing one that Purser wrote.

use crate::commands::off_thread;
use purser_engine::error::ApiError;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use tauri::{Manager, State, WebviewWindow, Wry};
use tauri_plugin_dialog::{DialogExt, FileDialogBuilder, FilePath};

/// What a page may have opened in another program: papers and tables, nothing that runs.
const OPENABLE: [&str; 12] =
    ["pdf", "csv", "txt", "png", "jpg", "jpeg", "svg", "xml", "json", "journal", "hledger", "beancount"];

/// What reads the disk for a page, or goes on writing into a folder of it: the method, and the field that names the file or folder.
const READERS: [(&str, &str); 8] = [
    ("import_preview", "path"),
    ("import_statement", "path"),
    ("import_customers", "path"),
    ("import_invoices", "path"),
    ("payment_record", "proof"),
    ("watched_folder_save", "folder"),
    ("backup_copies_save", "path"),
    ("restore", "path"),
];

/// A page may show and read files in these places only: the data folder, and what the founder picked or dropped on the
/// window since the start.
pub struct Places(Mutex<BTreeSet<PathBuf>>);

/// A kind of file in a dialog.
#[derive(Debug, Deserialize)]
pub struct FileKind {
    /// In words, such as `Bank statements`.
    name: String,
    /// Without the dot, such as `csv`.
    extensions: Vec<String>,
}

/// Asks for a file to read; `None` when the founder closed the dialog.
#[tauri::command]
pub async fn pick_file(
    window: WebviewWindow,
    places: State<'_, Places>,
    title: String,
    kinds: Vec<FileKind>,
) -> Result<Option<String>, ApiError> {
    let mut dialog = dialog(&window, title);
    for kind in kinds {
        let extensions: Vec<&str> = kind.extensions.iter().map(String::as_str).collect();
        dialog = dialog.add_filter(kind.name, &extensions);
    }
    picked(&places, off_thread(move || dialog.blocking_pick_file()).await?)
}

/// Asks where to write a file; `None` when the founder closed the dialog.
#[tauri::command]
pub async fn pick_save(
    window: WebviewWindow,
    places: State<'_, Places>,
    title: String,
    name: String,
) -> Result<Option<String>, ApiError> {
    let dialog = dialog(&window, title).set_file_name(name);
    picked(&places, off_thread(move || dialog.blocking_save_file()).await?)
}

/// Asks for a folder; `None` when the founder closed the dialog.
#[tauri::command]
pub async fn pick_folder(
    window: WebviewWindow,
    places: State<'_, Places>,
    title: String,
) -> Result<Option<String>, ApiError> {
    let dialog = dialog(&window, title);
    picked(&places, off_thread(move || dialog.blocking_pick_folder()).await?)
}

/// Opens a paper that Purser wrote in the program that the founder uses for such files.
#[tauri::command]
pub async fn open_path(places: State<'_, Places>, path: String) -> Result<(), ApiError> {
    let path = places.known(Path::new(&path))?;
    let extension = path.extension().and_then(|each| each.to_str()).unwrap_or_default().to_ascii_lowercase();
    if !OPENABLE.contains(&extension.as_str()) {
        return Err(ApiError::usage(
            "path_kind",
            "Purser opens papers and tables only. Show the file in its folder.",
        ));
    }
    off_thread(move || tauri_plugin_opener::open_path(&path, None::<&str>)).await?.map_err(not_shown)
}

/// Shows a file in its folder.
#[tauri::command]
pub async fn reveal_path(places: State<'_, Places>, path: String) -> Result<(), ApiError> {
    let path = places.known(Path::new(&path))?;
    off_thread(move || tauri_plugin_opener::reveal_item_in_dir(&path)).await?.map_err(not_shown)
}

impl Places {
    /// Starts with the data folder.
    pub fn new(data_folder: &Path) -> Places {
        let places = Places(Mutex::default());
        places.add(data_folder);
        places
    }

    /// Refuses a call in which a page names a file to be read that the founder did not. `kept` is what the books name
    /// already: the folder that is watched.
    pub fn may_read(
        &self,
        method: &str,
        input: &Value,
        kept: impl FnOnce() -> Option<String>,
    ) -> Result<(), ApiError> {
        let Some((_, field)) = READERS.iter().find(|(reader, _)| *reader == method) else { return Ok(()) };
        let path = input.get(field).and_then(Value::as_str).map(str::trim).unwrap_or_default();
        if path.is_empty() || self.known(Path::new(path)).is_ok() {
            return Ok(());
        }
        if method == "watched_folder_save" && kept().is_some_and(|kept| kept == path) {
            return Ok(());
        }
        let name = Path::new(path).file_name().unwrap_or_default().to_string_lossy();
        Err(ApiError::usage(
            "path_elsewhere",
            format!(
                "The window reads only what you pick or drop on it. Choose {name} again; nothing was changed."
            ),
        ))
    }

    /// Remembers what the founder dropped on the window.
    pub fn dropped(&self, paths: &[PathBuf]) {
        paths.iter().for_each(|path| self.add(path));
    }

    /// Remembers what the founder picked. A file to be written may not exist yet.
    fn add(&self, path: &Path) {
        let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(path);
    }

    /// The real path of an existing file in one of the places.
    fn known(&self, path: &Path) -> Result<PathBuf, ApiError> {
        let real = path.canonicalize().map_err(|error| {
            ApiError::failed("path_gone", format!("{} cannot be shown: {error}.", path.display()))
        })?;
        let places = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if places.iter().any(|place| real.starts_with(place)) {
            return Ok(real);
        }
        Err(ApiError::usage("path_elsewhere", "Purser shows only files that it wrote or that you picked."))
    }
}

fn dialog(window: &WebviewWindow, title: String) -> FileDialogBuilder<Wry> {
    let dialog = window.dialog().file().set_parent(window).set_title(title);
    // GTK otherwise opens on a list of recent files, on which a folder cannot be accepted.
    let paths = window.path();
    match [paths.document_dir(), paths.home_dir()].into_iter().flatten().find(|folder| folder.is_dir()) {
        Some(folder) => dialog.set_directory(folder),
        None => dialog,
    }
}

fn picked(places: &Places, file: Option<FilePath>) -> Result<Option<String>, ApiError> {
    let Some(file) = file else { return Ok(None) };
    let path =
        file.into_path().map_err(|_| ApiError::usage("path_kind", "That is not a file on this machine."))?;
    places.add(&path);
    // The path travels as JSON: one that is not text would arrive as another path.
    let path = path.into_os_string().into_string().map_err(|_| {
        ApiError::usage("path_name", "The file's name cannot be read as text. Rename it and try again.")
    })?;
    Ok(Some(path))
}

fn not_shown(error: tauri_plugin_opener::Error) -> ApiError {
    ApiError::failed("path_not_shown", format!("The system could not show the file: {error}."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn a_page_shows_files_of_the_data_folder_and_what_was_picked() {
        let place = tempfile::tempdir().unwrap();
        let (data, elsewhere) = (place.path().join("data"), place.path().join("elsewhere"));
        for folder in [&data, &elsewhere] {
            fs::create_dir(folder).unwrap();
            fs::write(folder.join("paper.pdf"), "").unwrap();
        }
        let places = Places::new(&data);
        assert!(places.known(&data.join("paper.pdf")).is_ok());
        assert_eq!(places.known(&elsewhere.join("paper.pdf")).unwrap_err().code, "path_elsewhere");
        assert_eq!(places.known(&data.join("../elsewhere/paper.pdf")).unwrap_err().code, "path_elsewhere");
        assert_eq!(places.known(&data.join("gone.pdf")).unwrap_err().code, "path_gone");
        places.add(&elsewhere.join("paper.pdf"));
        assert!(places.known(&elsewhere.join("paper.pdf")).is_ok());
    }

    #[test]
    fn a_page_reads_what_was_picked_or_dropped_and_nothing_that_it_thought_of() {
        let place = tempfile::tempdir().unwrap();
        let (data, file) = (place.path().join("data"), place.path().join("statement.csv"));
        fs::create_dir(&data).unwrap();
        fs::write(&file, "").unwrap();
        let places = Places::new(&data);
        let kept = |folder: &Path| {
            places.may_read(
                "watched_folder_save",
                &serde_json::json!({"folder": folder, "account": ""}),
                || Some(place.path().display().to_string()),
            )
        };
        for (method, field) in READERS {
            let input = serde_json::json!({ field: file });
            assert_eq!(
                places.may_read(method, &input, || None).unwrap_err().code,
                "path_elsewhere",
                "{method}"
            );
            assert!(places.may_read(method, &serde_json::json!({ field: "" }), || None).is_ok(), "{method}");
        }
        assert!(kept(place.path()).is_ok(), "the folder that is watched stays as it is");
        assert!(kept(&data.join("..")).is_err());
        assert!(places.may_read("payment_preview", &serde_json::json!({"proof": file}), || None).is_ok());
        places.dropped(std::slice::from_ref(&file));
        assert!(places.may_read("import_statement", &serde_json::json!({"path": file}), || None).is_ok());
    }

    #[cfg(unix)]
    #[test]
    fn a_link_in_the_data_folder_leads_nowhere_else() {
        let place = tempfile::tempdir().unwrap();
        let data = place.path().join("data");
        fs::create_dir(&data).unwrap();
        fs::write(place.path().join("secret.txt"), "").unwrap();
        std::os::unix::fs::symlink(place.path().join("secret.txt"), data.join("link.txt")).unwrap();
        assert_eq!(Places::new(&data).known(&data.join("link.txt")).unwrap_err().code, "path_elsewhere");
    }
}
