//! The UI's types are generated from the engine's: they must be those of today.

use crate::repository::root;

const GENERATED: &str = "ui/src/api/bindings.ts";

#[test]
fn the_generated_bindings_are_fresh() {
    let wanted = purser_engine::api::bindings();
    let found = std::fs::read_to_string(root().join(GENERATED)).expect("the bindings are committed");
    let line = wanted.lines().zip(found.lines()).take_while(|(new, old)| new == old).count() + 1;
    assert!(wanted == found, "{GENERATED} is stale from line {line}: run `make bindings`");
}
