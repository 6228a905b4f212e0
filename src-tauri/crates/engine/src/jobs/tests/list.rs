//! The jobs that there are.

use std::collections::BTreeSet;

use purser_core::schedule::Schedule;

use crate::jobs::{all, markdown};

#[test]
fn every_job_has_a_name_of_its_own_a_schedule_that_is_read_and_a_runbook() {
    let jobs = all();
    let names: BTreeSet<&str> = jobs.iter().map(|job| job.name).collect();
    assert_eq!(names.len(), jobs.len());
    for job in &jobs {
        let plain = |c: char| c.is_ascii_lowercase() || c == '-';
        assert!(job.name.chars().all(plain), "{}: names are typed on the command line", job.name);
        Schedule::parse(job.schedule).unwrap_or_else(|error| panic!("{}: {error}", job.name));
        assert!(job.after.iter().all(|before| names.contains(before)), "{}: {:?}", job.name, job.after);
        let book = &job.runbook;
        for text in [book.what, book.affects, book.troubleshoot, book.manual, book.rollback] {
            assert!(text.len() > 10, "{}: a runbook says something: “{text}”", job.name);
        }
        assert!(book.manual.contains("purser"), "{}: how to do it by hand", job.name);
    }
}

#[test]
fn the_runbook_tells_of_every_job() {
    let text = markdown();
    for job in all() {
        assert!(text.contains(&format!("**{}** (`{}`)", job.title, job.name)), "{}", job.name);
    }
    assert!(text.contains("Every day at 04:00, your company's time"), "{text}");
}
