//! Prints the TypeScript bindings of the application interface.
fn main() {
    print!("{}", purser_engine::api::methods::bindings());
}
