//! What holds for files whatever they say: their length, the paths they mention, the numbers they carry.

use crate::repository::{File, text_files};

const LINES_WANTED: usize = 600;
const LINES_AT_MOST: usize = 700;

const CODE: [&str; 8] = [".rs", ".ts", ".tsx", ".mjs", ".js", ".css", ".sql", ".sh"];
const GENERATED: [&str; 1] = ["ui/src/api/bindings.ts"];

#[test]
fn no_file_is_longer_than_one_subject_needs() {
    let mut too_long = Vec::new();
    for file in text_files().iter().filter(|file| is_code(file)) {
        let lines = file.text.lines().count();
        if lines > LINES_AT_MOST {
            too_long.push(format!("{}: {lines} lines, at most {LINES_AT_MOST}", file.path));
        } else if lines > LINES_WANTED {
            println!("getting long: {}: {lines} lines", file.path);
        }
    }
    assert!(too_long.is_empty(), "split these by subject:\n{}", too_long.join("\n"));
}

#[test]
fn no_file_mentions_a_path_of_somebody_s_machine() {
    let all: Vec<String> = text_files().iter().flat_map(machine_paths).collect();
    assert!(all.is_empty(), "these paths exist on one machine only:\n{}", all.join("\n"));
}

#[test]
fn a_planted_machine_path_is_seen() {
    let planted = |text: String| machine_paths(&File { path: "planted".into(), text }).len();
    for folder in MACHINE_FOLDERS {
        assert_eq!(planted(format!("open(\"{folder}someone/data\")")), 1, "{folder}");
    }
    assert_eq!(planted(format!("{}founder/Purser", MACHINE_FOLDERS[1])), 0, "the example user is nobody's");
    assert_eq!(planted(format!("https://example.com{}x", MACHINE_FOLDERS[1])), 0, "part of an address");
}

#[test]
fn migrations_are_numbered_without_gaps() {
    let mut names: Vec<String> = text_files()
        .into_iter()
        .filter_map(|file| file.path.strip_prefix("migrations/").map(str::to_owned))
        .filter(|name| name.ends_with(".sql"))
        .collect();
    names.sort();
    assert!(!names.is_empty(), "migrations/ holds no .sql file");
    for (index, name) in names.iter().enumerate() {
        let number = format!("{:04}_", index + 1);
        assert!(
            name.starts_with(&number),
            "{name} should start with {number}: migrations are NNNN_name.sql, from 1, no gaps"
        );
        let word = &name[number.len()..name.len() - ".sql".len()];
        let plain = |each: char| each.is_ascii_lowercase() || each.is_ascii_digit() || each == '_';
        assert!(!word.is_empty() && word.chars().all(plain), "{name}: use lower case words joined by _");
    }
}

/// Folders in which people and build machines keep their own things. Joined here, so that this file may hold them.
const MACHINE_FOLDERS: [&str; 5] = [
    concat!("/ro", "ot/"),
    concat!("/ho", "me/"),
    concat!("/Us", "ers/"),
    concat!("C:\\Us", "ers\\"),
    concat!("/wo", "rk/"),
];

fn machine_paths(file: &File) -> Vec<String> {
    let mut all = Vec::new();
    for (index, line) in file.text.lines().enumerate() {
        for folder in MACHINE_FOLDERS {
            let hit = line.match_indices(folder).any(|(at, _)| {
                let before = line[..at].chars().next_back();
                let inside_a_longer_path =
                    before.is_some_and(|each| each.is_alphanumeric() || "._-}~".contains(each));
                let after = &line[at + folder.len()..];
                !inside_a_longer_path && !after.starts_with("founder")
            });
            if hit {
                let shown: String = line.trim().chars().take(120).collect();
                all.push(format!("{}:{}: {shown}", file.path, index + 1));
            }
        }
    }
    all
}

fn is_code(file: &File) -> bool {
    CODE.iter().any(|ending| file.path.ends_with(ending)) && !GENERATED.contains(&file.path.as_str())
}
