//! What the program carries with it: policies, baselines and catalogues.

include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

/// The catalogue with this file name.
pub(crate) fn catalogue(name: &str) -> &'static str {
    CATALOGUES.iter().find(|(file, _)| *file == name).map(|(_, text)| *text).expect("a shipped catalogue")
}
