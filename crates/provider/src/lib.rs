//! The one way out: connection, tokens, paging, pacing, refusals told apart, account of every source, recording and
//! replay.

mod asking;
mod batch;
mod cure;
mod exchange;
mod field;
mod happened;
mod ledger;
mod live;
mod lookup;
mod needs;
mod network;
mod pace;
mod page;
mod progress;
mod reader;
mod record;
mod refusal;
mod replay;
mod source;
mod surrogates;
mod transport;

pub use asking::{Asking, Places};
pub use field::{Field, unclear};
pub use happened::{disbelieve_dates_ahead, lies_ahead};
pub use live::{TokenFuture, Tokens};
pub use lookup::{Lookup, LookupFuture, RecordKind, Resolver};
pub use needs::{filling, resting_on};
pub use network::{Failure, HttpAnswer, Network, NetworkError, NetworkOptions, secret_header};
pub use progress::{Event, Listener};
pub use reader::{Limits, Reader};
pub use record::{Recorder, WriteFile};
pub use replay::{Replay, ReplayError};
pub use source::{Api, Call, Cures, Derived, Diagnosis, Pace, Refusal, Source, Unread};
