//! `tenantscan breach`: until when whom must be told.

use std::collections::BTreeMap;

use tenantscan_report::{Breach, BreachError, breach_clock, safe};

use crate::error::Error;
use crate::grammar::{self, BreachArgs, TextFormat};
use crate::output;

/// The notices of a breach, as text or JSON.
pub(crate) fn run(args: &BreachArgs) -> Result<String, Error> {
    let today = args.today.unwrap_or_else(grammar::today);
    if args.discovered > today {
        return Err(Error::Usage(format!(
            "--discovered {} lies after today ({today})\n  next: give the first day on which somebody knew of it",
            args.discovered
        )));
    }
    let mut by_state = BTreeMap::new();
    for (state, residents) in &args.by_state {
        if by_state.insert(state.clone(), *residents).is_some() {
            return Err(Error::Usage(format!("--by-state names {} twice\n  next: give each State once", safe(state))));
        }
    }
    let breach = Breach {
        discovered: args.discovered,
        affected: args.affected,
        by_state,
        at_business_associate: args.at_business_associate,
    };
    let clock = breach_clock(&breach, today).map_err(|error| {
        let next = match error {
            BreachError::NoState { .. } => {
                "give postal codes to --by-state, as in CA=501; DC, PR, GU, VI, AS and MP count as States"
            }
            _ => "correct --affected, --by-state or --discovered",
        };
        Error::Usage(format!("{error}\n  next: {next}"))
    })?;
    Ok(match args.format {
        TextFormat::Terminal => clock.to_text(output::width()),
        TextFormat::Json => {
            let json = serde_json::to_string_pretty(&clock).map_err(|error| Error::Internal(error.to_string()))?;
            json + "\n"
        }
    })
}
