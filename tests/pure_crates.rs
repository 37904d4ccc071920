//! The pure crates stay pure: no network, no runtime, no clock behind them.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

const PURE: [&str; 6] = [
    "tenantscan-model",
    "tenantscan-written",
    "tenantscan-policy",
    "tenantscan-evaluate",
    "tenantscan-report",
    "tenantscan-people",
];
const IMPURE: [&str; 14] = [
    "async-std",
    "aws-lc-rs",
    "futures",
    "hickory-resolver",
    "hyper",
    "mio",
    "oauth2",
    "reqwest",
    "rustls",
    "smol",
    "socket2",
    "tenantscan-provider",
    "tokio",
    "ureq",
];

/// The platform that this test runs on: only its packages are there for sure.
fn host() -> String {
    let output = Command::new("rustc").arg("-vV").output().expect("rustc runs");
    let text = String::from_utf8(output.stdout).expect("text");
    text.lines().find_map(|line| line.strip_prefix("host: ")).expect("a host").to_owned()
}

fn metadata() -> serde_json::Value {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked", "--offline", "--filter-platform", &host()])
        .arg("--manifest-path")
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("cargo writes JSON")
}

fn name(metadata: &serde_json::Value, id: &str) -> String {
    let packages = metadata["packages"].as_array().expect("packages");
    let package = packages.iter().find(|package| package["id"] == id).expect("a package of this id");
    package["name"].as_str().expect("a name").to_owned()
}

/// Names of all packages behind `root` through ordinary dependencies.
fn behind(metadata: &serde_json::Value, root: &str) -> BTreeSet<String> {
    let nodes = metadata["resolve"]["nodes"].as_array().expect("nodes");
    let edges: BTreeMap<&str, Vec<&str>> = nodes
        .iter()
        .map(|node| {
            let ordinary = node["deps"].as_array().expect("deps").iter().filter(|dependency| {
                dependency["dep_kinds"].as_array().expect("kinds").iter().any(|kind| kind["kind"].is_null())
            });
            let ids = ordinary.map(|dependency| dependency["pkg"].as_str().expect("an id")).collect();
            (node["id"].as_str().expect("an id"), ids)
        })
        .collect();
    let start = edges.keys().find(|id| name(metadata, id) == root).expect("the crate is in the workspace");
    let (mut seen, mut left) = (BTreeSet::from([*start]), vec![*start]);
    while let Some(id) = left.pop() {
        left.extend(edges[id].iter().copied().filter(|next| seen.insert(next)));
    }
    seen.iter().map(|id| name(metadata, id)).collect()
}

#[test]
fn the_pure_crates_reach_no_network_and_no_runtime() {
    let metadata = metadata();
    for root in PURE {
        let found: Vec<String> =
            behind(&metadata, root).into_iter().filter(|it| IMPURE.contains(&it.as_str())).collect();
        assert!(found.is_empty(), "{root} reaches {found:?}");
    }
    assert!(behind(&metadata, "tenantscan-provider").contains("reqwest"), "the walk sees what is really there");
}

#[test]
fn the_pure_crates_may_not_read_the_clock() {
    for root in PURE {
        let folder = root.trim_start_matches("tenantscan-");
        let path = format!("{}/crates/{folder}/clippy.toml", env!("CARGO_MANIFEST_DIR"));
        let rules = std::fs::read_to_string(&path).expect("the crate has lint rules of its own");
        for clock in ["SystemTime::now", "Instant::now", "jiff::Timestamp::now"] {
            assert!(rules.contains(clock), "{path} does not forbid {clock}");
        }
        let manifest = std::fs::read_to_string(format!("{}/crates/{folder}/Cargo.toml", env!("CARGO_MANIFEST_DIR")))
            .expect("a manifest");
        assert!(!manifest.contains("\"std\""), "{root} asks for a clock");
    }
}
