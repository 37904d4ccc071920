//! tenantscan.
fn main() {}
