//! What the window is started with: `--data DIR` (or `PURSER_DATA`), `--demo` and `--hidden`.

use std::ffi::OsString;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use thiserror::Error;

/// How to start.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Arguments {
    /// The data folder; the platform's own where none is named.
    pub data: Option<PathBuf>,
    /// Show the made-up company.
    pub demo: bool,
    /// Stay under the tray until the founder opens the window: for a start with the session.
    pub hidden: bool,
}

/// An argument that cannot be followed.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum ArgumentsError {
    /// `--data` came last.
    #[error("--data needs a folder after it")]
    DataWithoutFolder,
    /// Not one of ours.
    #[error("`{0}` is not an argument of the window; it takes --data FOLDER, --demo and --hidden")]
    Unknown(String),
}

impl Arguments {
    /// From the command line, then the environment.
    pub fn from_environment() -> Result<Arguments, ArgumentsError> {
        let mut arguments = Arguments::parse(std::env::args_os().skip(1))?;
        if arguments.data.is_none() {
            arguments.data =
                std::env::var_os("PURSER_DATA").filter(|folder| !folder.is_empty()).map(PathBuf::from);
        }
        Ok(arguments)
    }

    fn parse(words: impl Iterator<Item = OsString>) -> Result<Arguments, ArgumentsError> {
        let mut arguments = Arguments::default();
        let mut words = words;
        while let Some(word) = words.next() {
            match word.to_str() {
                Some("--demo") => arguments.demo = true,
                Some("--hidden") => arguments.hidden = true,
                Some("--data") => {
                    let folder = words.next().ok_or(ArgumentsError::DataWithoutFolder)?;
                    arguments.data = Some(PathBuf::from(folder));
                }
                Some(other) if other.starts_with("--data=") => {
                    arguments.data = Some(PathBuf::from(&other["--data=".len()..]));
                }
                _ => return Err(ArgumentsError::Unknown(word.to_string_lossy().into_owned())),
            }
        }
        Ok(arguments)
    }
}

/// What the window of a data folder is called on the session bus: the same for every way to write the folder.
pub fn window_name(folder: &Path) -> String {
    let mut hasher = DefaultHasher::new();
    real(folder).hash(&mut hasher);
    format!("app.purser.desktop.folder_{:016x}", hasher.finish())
}

/// The folder's real place; of one that does not exist yet, the real place of what does.
fn real(folder: &Path) -> PathBuf {
    let absolute = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    match (absolute.canonicalize(), absolute.parent(), absolute.file_name()) {
        (Ok(real), _, _) => real,
        (Err(_), Some(parent), Some(name)) => real(parent).join(name),
        _ => absolute,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(words: &[&str], expected: Result<Arguments, ArgumentsError>) {
        assert_eq!(Arguments::parse(words.iter().map(OsString::from)), expected, "{words:?}");
    }

    #[test]
    fn the_command_line_names_a_folder_and_the_demo() {
        let data =
            |folder: &str, demo| Ok(Arguments { data: Some(PathBuf::from(folder)), demo, hidden: false });
        check(&[], Ok(Arguments::default()));
        check(&["--demo"], Ok(Arguments { demo: true, ..Arguments::default() }));
        check(&["--hidden"], Ok(Arguments { hidden: true, ..Arguments::default() }));
        check(&["--data", "books"], data("books", false));
        check(&["--data=my books", "--demo"], data("my books", true));
        check(&["--data"], Err(ArgumentsError::DataWithoutFolder));
        check(&["--dta", "x"], Err(ArgumentsError::Unknown("--dta".into())));
    }

    #[cfg(unix)]
    #[test]
    fn a_folder_has_one_name_however_it_is_written_and_before_it_exists() {
        let place = tempfile::tempdir().unwrap();
        let books = place.path().join("books");
        let before = window_name(&books);
        std::fs::create_dir(&books).unwrap();
        std::os::unix::fs::symlink(place.path(), place.path().join("link")).unwrap();
        let written = ["books", "link/books", "books/"].map(|each| window_name(&place.path().join(each)));
        assert_eq!(written, [before.clone(), before.clone(), before.clone()]);
        assert_ne!(before, window_name(&place.path().join("other")));
        assert!(before.split('.').all(|part| part.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')));
    }
}
