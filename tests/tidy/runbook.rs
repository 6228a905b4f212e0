//! The README's runbook of the jobs is generated from the jobs: it must be that of today (JS-07).

use purser_engine::jobs::{markdown, markers};

use crate::repository::root;

#[test]
fn the_runbook_in_the_readme_is_fresh() {
    let readme = std::fs::read_to_string(root().join("README.md")).expect("there is a README");
    let (begin, end) = markers();
    let found = readme
        .split_once(begin)
        .and_then(|(_, rest)| rest.split_once(end))
        .map(|(found, _)| found)
        .unwrap_or_else(|| panic!("README.md needs the lines {begin} and {end}"));
    let wanted = markdown();
    let line =
        wanted.trim().lines().zip(found.trim().lines()).take_while(|(new, old)| new == old).count() + 1;
    assert!(
        wanted.trim() == found.trim(),
        "the jobs' runbook is stale from its line {line}: run `make runbook`"
    );
}
