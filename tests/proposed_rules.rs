//! The shipped catalogue of a proposed rule: what it names is there, and each limit is one that it can set.

use std::fs;
use std::path::PathBuf;

use tenantscan_evaluate::Rules;

fn policies() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("policies")
}

fn shipped() -> Rules {
    let text = fs::read_to_string(policies().join("catalogues/rules-nprm-2025.toml")).expect("the catalogue");
    Rules::load(&text).expect("the catalogue is in order")
}

#[test]
fn every_policy_that_a_demand_names_is_there() {
    let rules = shipped();
    let named = rules.demands.iter().flat_map(|demand| &demand.policies);
    let missing: Vec<&String> = named.filter(|id| !policies().join(format!("{id}.toml")).exists()).collect();
    assert!(missing.is_empty(), "there is no policy {missing:?}");
}

#[test]
fn only_what_policies_ask_for_whole_can_be_shown_as_met() {
    let rules = shipped();
    let can_be = rules.demands.iter().filter(|demand| !demand.policies.is_empty() && demand.unasked.is_none());
    let titles: Vec<&str> = can_be.map(|demand| &*demand.title).collect();
    assert_eq!(titles, ["Training within 30 days, then every year", "Incident plan, tried out every year"]);
    assert!(rules.demands.iter().all(|demand| demand.unasked.is_none() || !demand.policies.is_empty()));
}

#[test]
fn every_limit_is_for_a_parameter_of_its_kind() {
    for stricter in shipped().demands.iter().flat_map(|demand| &demand.stricter) {
        let text = fs::read_to_string(policies().join(format!("{}.toml", stricter.policy))).expect("a policy");
        let policy: toml::Table = toml::from_str(&text).expect("TOML");
        let default = &policy["parameters"][&stricter.parameter]["default"];
        let limits = (stricter.at_most.or(stricter.at_least), stricter.is);
        match limits {
            (Some(_), None) => assert!(default.is_integer(), "{stricter:?}"),
            (None, Some(_)) => assert!(default.is_bool(), "{stricter:?}"),
            _ => panic!("exactly one limit: {stricter:?}"),
        }
        assert!(stricter.at_most.is_none() || stricter.at_least.is_none(), "{stricter:?}");
    }
}

#[test]
fn it_says_that_it_is_not_in_force() {
    let rules = shipped();
    assert!(rules.status.contains("not in force") && rules.source.contains("90 FR 898"), "{rules:?}");
    assert!(rules.addressable_becomes_required);
}
