//! What the window is started with: `--data DIR` (or `PURSER_DATA`), `--demo` and `--hidden`.

use std::ffi::OsString;
use std::path::PathBuf;
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
}
