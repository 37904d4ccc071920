//! Where answers come from: the network, or a recording.

use std::sync::Arc;

use crate::Source;
use crate::exchange::{Answer, NoAnswer, Request};
use crate::live::Live;
use crate::lookup::{Lookup, Question};
use crate::replay::Replay;

#[derive(Debug)]
pub(crate) enum Transport {
    Live(Live),
    Replay(Arc<Replay>),
}

impl Transport {
    pub(crate) async fn answer(&self, source: &'static Source, request: &Request) -> Result<Answer, NoAnswer> {
        match self {
            Self::Live(live) => live.answer(source, request).await,
            Self::Replay(replay) => replay.answer(request),
        }
    }

    pub(crate) async fn lookup(&self, source: &'static Source, question: &Question) -> Result<Lookup, NoAnswer> {
        match self {
            Self::Live(live) => live.lookup(source, question).await,
            Self::Replay(replay) => replay.lookup(question),
        }
    }

    pub(crate) fn is_live(&self) -> bool {
        matches!(self, Self::Live(_))
    }

    /// The vendor's own address of a link in an answer.
    pub(crate) fn vendor_address(&self, host: &str, link: String) -> String {
        match self {
            Self::Live(live) => live.network.vendor_address(host, &link),
            Self::Replay(_) => link,
        }
    }
}
