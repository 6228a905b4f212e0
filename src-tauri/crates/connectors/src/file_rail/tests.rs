use std::os::unix::fs::PermissionsExt;

use super::*;

const REQUEST: &[u8] = br#"{"id":"i1","money":{"amount":"60.00","currency":"USD"}}"#;

fn rail(delivery: Delivery) -> (tempfile::TempDir, FileRail) {
    let folder = tempfile::tempdir().unwrap();
    let rail = FileRail::open_as(folder.path(), delivery).unwrap();
    (folder, rail)
}

fn accepted(outcome: Outcome) -> String {
    match outcome {
        Outcome::Accepted(id) => id,
        other => panic!("not accepted: {other:?}"),
    }
}

fn keys(rail: &FileRail) -> Vec<String> {
    rail.records().unwrap().into_iter().map(|record| record.key).collect()
}

#[test]
fn a_keyed_file_answers_a_repeated_key_with_the_stored_id_and_appends_nothing() {
    let (_folder, rail) = rail(Delivery::Keyed);
    let first = accepted(rail.send("k1", REQUEST));
    assert_eq!(accepted(rail.send("k1", REQUEST)), first);
    assert_eq!(accepted(rail.send("k2", REQUEST)), "PF-000002");
    assert_eq!(keys(&rail), ["k1", "k2"]);
    assert_eq!(rail.look_up("k1", b""), Outcome::Accepted(first));
}

#[test]
fn a_lookup_file_accepts_twice_but_can_be_asked() {
    let (_folder, rail) = rail(Delivery::Lookup);
    assert!(matches!(rail.look_up("k1", b""), Outcome::NotSent(_)));
    accepted(rail.send("k1", REQUEST));
    accepted(rail.send("k1", REQUEST));
    assert_eq!(keys(&rail), ["k1", "k1"]);
    assert_eq!(rail.look_up("k1", b""), Outcome::Accepted("PF-000001".into()));
}

#[test]
fn a_neither_file_cannot_be_asked() {
    let (_folder, rail) = rail(Delivery::Neither);
    accepted(rail.send("k1", REQUEST));
    assert!(matches!(rail.look_up("k1", b""), Outcome::NoAnswer(_)));
    assert!(matches!(rail.look_up("k2", b""), Outcome::NoAnswer(_)), "a clear no would let it be sent again");
}

#[test]
fn a_line_torn_at_any_byte_was_not_accepted_and_the_next_one_is_whole() {
    let (_folder, rail) = rail(Delivery::Keyed);
    accepted(rail.send("k1", REQUEST));
    let whole = std::fs::read(rail.path()).unwrap();
    accepted(rail.send("k2", REQUEST));
    let both = std::fs::read(rail.path()).unwrap();
    for cut in whole.len() + 1..both.len() {
        std::fs::write(rail.path(), &both[..cut]).unwrap();
        assert!(matches!(rail.look_up("k2", b""), Outcome::NotSent(_)), "torn after {cut} bytes");
        assert_eq!(accepted(rail.send("k2", REQUEST)), "PF-000002");
        assert_eq!(std::fs::read(rail.path()).unwrap(), both, "torn after {cut} bytes");
    }
}

#[test]
fn a_last_line_of_zeros_after_a_power_loss_was_not_accepted() {
    let (_folder, rail) = rail(Delivery::Keyed);
    accepted(rail.send("k1", REQUEST));
    let mut bytes = std::fs::read(rail.path()).unwrap();
    bytes.extend([0; 40]);
    bytes.push(b'\n');
    std::fs::write(rail.path(), &bytes).unwrap();
    assert_eq!(keys(&rail), ["k1"]);
    accepted(rail.send("k2", REQUEST));
    assert_eq!(keys(&rail), ["k1", "k2"]);
}

#[test]
fn a_damaged_line_in_the_middle_stops_the_rail_and_nothing_is_guessed() {
    let (_folder, rail) = rail(Delivery::Keyed);
    accepted(rail.send("k1", REQUEST));
    accepted(rail.send("k2", REQUEST));
    let text = std::fs::read_to_string(rail.path()).unwrap().replacen('{', "#", 1);
    std::fs::write(rail.path(), &text).unwrap();
    assert!(matches!(rail.send("k3", REQUEST), Outcome::NotSent(why) if why.contains("line 1")));
    assert!(matches!(rail.look_up("k3", b""), Outcome::NoAnswer(_)), "a clear no would let it be sent again");
    assert_eq!(std::fs::read_to_string(rail.path()).unwrap(), text);
}

#[test]
fn what_is_not_one_line_of_json_is_refused_for_good() {
    let (_folder, rail) = rail(Delivery::Keyed);
    let long = format!("\"{}\"", "x".repeat(REQUEST_LIMIT_BYTES));
    for request in [&b"not json"[..], b"{\"a\":\n1}", b"", long.as_bytes()] {
        assert!(matches!(rail.send("k", request), Outcome::Refused(_)));
    }
    assert!(keys(&rail).is_empty());
}

#[test]
fn the_file_keeps_the_frozen_bytes_and_only_its_user_may_read_it() {
    let (_folder, rail) = rail(Delivery::Keyed);
    accepted(rail.send("a \"quoted\" key\n", REQUEST));
    let records = rail.records().unwrap();
    assert_eq!(records[0].request.to_string().as_bytes(), REQUEST);
    assert!(std::fs::read(rail.path()).unwrap().windows(REQUEST.len()).any(|part| part == REQUEST));
    assert_eq!(records[0].key, "a \"quoted\" key\n");
    let mode = std::fs::metadata(rail.path()).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert!(rail.path().ends_with("outgoing/payments.jsonl"));
}

#[test]
fn two_handles_on_one_file_never_write_over_each_other() {
    let (folder, one) = rail(Delivery::Keyed);
    let other = FileRail::open(folder.path()).unwrap();
    std::thread::scope(|scope| {
        for (rail, name) in [(&one, "a"), (&other, "b")] {
            scope.spawn(move || {
                for number in 0..10 {
                    accepted(rail.send(&format!("{name}{number}"), REQUEST));
                    accepted(rail.send("shared", REQUEST));
                }
            });
        }
    });
    let keys = keys(&one);
    assert_eq!(keys.len(), 21);
    assert_eq!(keys.iter().filter(|key| *key == "shared").count(), 1);
}
