//! The rule that is only proposed, where the assessment was asked to look ahead.

use super::page::{Block, Cell, Section, Table};
use crate::text::platform;
use crate::what_if::{WhatIf, plain};

pub(super) fn section(what_if: &WhatIf) -> Section {
    let result = |it: &crate::what_if::WhatIfResult| {
        vec![
            Cell::from(format!("{} ({})", it.title, platform(&it.platform))),
            Cell::from(plain(&it.today)),
            Cell::from(plain(&it.then)),
            Cell::lines(it.findings.clone()),
        ]
    };
    let demand = |it: &crate::what_if::WhatIfDemand| {
        vec![Cell::from(&it.citation), Cell::lines([it.title.clone(), it.asks.clone()]), Cell::from(it.standing())]
    };
    let addressable =
        what_if.no_longer_addressable.iter().map(|it| vec![Cell::from(&it.citation), Cell::from(&it.title)]);
    let blocks = vec![
        Block::Note(what_if.standing()),
        Block::Table(Table {
            caption: "Results that would be others".to_owned(),
            head: vec!["Policy", "Today", "Then", "Found besides"],
            rows: what_if.results.iter().map(result).collect(),
            empty: "none",
        }),
        Block::Table(Table {
            caption: "Addressable today with a gap, and no longer to be declined in writing".to_owned(),
            head: vec!["45 CFR", "Specification"],
            rows: addressable.collect(),
            empty: "none",
        }),
        Block::Table(Table {
            caption: "What it would ask, and what today's policies say of it".to_owned(),
            head: vec!["Proposed", "Demand", "Today"],
            rows: what_if.demands.iter().map(demand).collect(),
            empty: "none",
        }),
        Block::Text(format!("Source: {}.", what_if.source)),
    ];
    Section { id: "proposed", title: what_if.heading(), blocks }
}
