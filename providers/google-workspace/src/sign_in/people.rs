//! Tokens for one person each: a mailbox is read in its owner's name.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tenantscan_model::Cause;
use tokio::time::{Duration, Instant};

use super::token::Token;

/// How many people's tokens are kept at most.
pub(super) const MOST: usize = 5_000;
/// How long a person's token is of use at most: Google's hold an hour.
const USE: Duration = Duration::from_secs(3600);

/// A person and the scope.
type Key = (String, &'static str);
/// The token, or why there is none. Whoever asks for it first holds the lock while the others wait.
pub(super) type Slot = Arc<tokio::sync::Mutex<Option<Result<Token, Cause>>>>;

/// The tokens of the people asked for last.
#[derive(Debug, Default)]
pub(super) struct People {
    slots: Mutex<HashMap<Key, (Instant, Slot)>>,
}

impl People {
    /// Where a person's token for a scope is kept. When there are too many, the oldest makes room.
    pub(super) fn slot(&self, person: &str, scope: &'static str) -> Slot {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (person.to_owned(), scope);
        if let Some((_, slot)) = slots.get(&key) {
            return slot.clone();
        }
        if slots.len() >= MOST {
            slots.retain(|_, (since, _)| since.elapsed() < USE);
        }
        if slots.len() >= MOST {
            // The older half goes at once, so that this is not done for each person anew.
            let mut since: Vec<Instant> = slots.values().map(|(since, _)| *since).collect();
            let (_, median, _) = since.select_nth_unstable(MOST / 2);
            let median = *median;
            slots.retain(|_, (since, _)| *since > median);
        }
        let slot = Slot::default();
        slots.insert(key, (Instant::now(), slot.clone()));
        slot
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn no_more_than_so_many_are_kept_and_the_last_ones_are() {
        let people = People::default();
        for number in 0..MOST * 2 {
            tokio::time::advance(Duration::from_millis(1)).await;
            people.slot(&format!("{number}@cedar.example"), "scope");
            let kept = people.slots.lock().expect("the slots").len();
            assert!(kept <= MOST, "{kept}");
        }
        let slots = people.slots.lock().expect("the slots");
        assert!(slots.contains_key(&(format!("{}@cedar.example", MOST * 2 - 1), "scope")));
        assert!(!slots.contains_key(&("0@cedar.example".to_owned(), "scope")));
    }

    #[test]
    fn a_person_has_a_slot_for_each_scope() {
        let people = People::default();
        let slot = people.slot("a@cedar.example", "one");
        assert!(Arc::ptr_eq(&slot, &people.slot("a@cedar.example", "one")));
        assert!(!Arc::ptr_eq(&slot, &people.slot("a@cedar.example", "two")));
        assert!(!Arc::ptr_eq(&slot, &people.slot("b@cedar.example", "one")));
    }
}
