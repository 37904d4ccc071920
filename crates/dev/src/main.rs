//! Keeps generated files current: schemas, dictionary, command reference.
fn main() {}
