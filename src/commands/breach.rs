//! `tenantscan breach`: until when whom must be told.

use std::collections::BTreeMap;

use jiff::Zoned;
use tenantscan_report::{Breach, breach_clock};

use crate::error::Error;
use crate::grammar::{BreachArgs, TextFormat};
use crate::output;

/// The notices of a breach, as text or JSON.
pub(crate) fn run(args: &BreachArgs) -> Result<String, Error> {
    let today = args.today.unwrap_or_else(|| Zoned::now().date());
    if args.discovered > today {
        return Err(Error::Usage(format!(
            "--discovered {} lies after today ({today})\n  next: give the first day on which somebody knew of it",
            args.discovered
        )));
    }
    let mut by_state = BTreeMap::new();
    for (state, residents) in &args.by_state {
        if by_state.insert(state.clone(), *residents).is_some() {
            return Err(Error::Usage(format!("--by-state names {state} twice\n  next: give each State once")));
        }
    }
    let breach = Breach {
        discovered: args.discovered,
        affected: args.affected,
        by_state,
        at_business_associate: args.at_business_associate,
    };
    let clock = breach_clock(&breach, today)
        .map_err(|error| Error::Usage(format!("{error}\n  next: correct --affected, --by-state or --discovered")))?;
    Ok(match args.format {
        TextFormat::Terminal => clock.to_text(output::width()),
        TextFormat::Json => {
            let json = serde_json::to_string_pretty(&clock).map_err(|error| Error::Internal(error.to_string()))?;
            json + "\n"
        }
    })
}
