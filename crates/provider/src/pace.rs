//! Holds requests to the vendor's documented limits.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

use crate::{Api, Pace};

/// The gates of all APIs of one tenant.
#[derive(Debug, Default)]
pub(crate) struct Gates(Mutex<HashMap<&'static str, Gate>>);

#[derive(Debug)]
struct Gate {
    permits: Arc<Semaphore>,
    /// When the latest requests of each pace start, oldest first.
    starts: Vec<VecDeque<Instant>>,
}

impl Gates {
    /// Waits for this request's turn. Another request may start when the permit is dropped.
    pub(crate) async fn pass(&self, api: &'static Api, path: &str) -> Option<OwnedSemaphorePermit> {
        let (permits, start) = {
            let mut gates = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let gate = gates.entry(api.id).or_insert_with(|| Gate {
                permits: Arc::new(Semaphore::new(api.concurrency)),
                starts: vec![VecDeque::new(); api.paces.len()],
            });
            let pace = api.paces.iter().position(|pace| path.starts_with(pace.prefix));
            (gate.permits.clone(), pace.map(|index| turn(&mut gate.starts[index], &api.paces[index], Instant::now())))
        };
        if let Some(start) = start {
            tokio::time::sleep_until(start).await;
        }
        permits.acquire_owned().await.ok()
    }
}

/// The moment at which the next request of a pace may start.
fn turn(starts: &mut VecDeque<Instant>, pace: &Pace, now: Instant) -> Instant {
    let full = starts.len() >= pace.requests as usize;
    let start = starts.front().filter(|_| full).map_or(now, |oldest| now.max(*oldest + pace.per));
    if full {
        starts.pop_front();
    }
    starts.push_back(start);
    start
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn five_requests_start_in_any_ten_seconds() {
        let pace = Pace { prefix: "/", requests: 5, per: Duration::from_secs(10) };
        let (mut starts, begin) = (VecDeque::new(), Instant::now());
        let seconds: Vec<u64> = (0..12).map(|_| (turn(&mut starts, &pace, begin) - begin).as_secs()).collect();
        assert_eq!(seconds, [0, 0, 0, 0, 0, 10, 10, 10, 10, 10, 20, 20]);
        let late = begin + Duration::from_secs(60);
        assert_eq!(turn(&mut starts, &pace, late), late, "a pause gives no wait");
    }
}
