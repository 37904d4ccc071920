//! `plan.toml`: what will be mended, by whom and until when.

use jiff::civil::Date;
use schemars::JsonSchema;
use tenantscan_model::rows::{self, PlanState};
use tenantscan_model::{Cell, ClosedEnum};
use tenantscan_written::{Reader, TableAt};
use toml::Spanned;

use crate::edit::{Entry, Fields, day, some_text, text};
use crate::exceptions::policy;
use crate::keys::{Once, begins, day_schema, ends, needed, optional, says_something, word, word_schema};
use crate::policies::Policies;

/// The file `plan.toml`.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) struct PlanFile {
    /// What will be mended; an empty list says that there is nothing.
    item: Vec<PlanItem>,
}

/// One repair.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct PlanItem {
    /// Id of the policy that fails.
    pub policy: String,
    /// The stable id of what fails; `*` for whatever fails.
    pub resource: String,
    /// The day on which it was found.
    #[schemars(schema_with = "day_schema")]
    pub found: Date,
    /// Who mends it.
    pub owner: String,
    /// The day until which it is to be mended.
    #[schemars(schema_with = "day_schema")]
    pub due: Date,
    /// How far it has come.
    #[schemars(schema_with = "word_schema::<PlanState>")]
    pub state: PlanState,
    /// Whatever else there is to say.
    #[schemars(default)]
    pub note: Option<String>,
}

pub(crate) const KEYS: [&str; 7] = ["policy", "resource", "found", "owner", "due", "state", "note"];

/// All repairs of the file.
pub(crate) fn read(reader: &mut Reader<'_>, root: TableAt<'_>, policies: &Policies<'_>) -> Vec<PlanItem> {
    reader.only(root, &["item"]);
    says_something(reader, root, &["item"]);
    let mut once = Once::default();
    let mut found = Vec::new();
    for table in reader.list_of_tables(root, "item") {
        let item = item(reader, table, policies);
        if let Some(item) = &item {
            once.keep(reader, &item.id(), table.span(), "an item for");
        }
        found.extend(item);
    }
    found
}

fn item(reader: &mut Reader<'_>, table: TableAt<'_>, policies: &Policies<'_>) -> Option<PlanItem> {
    reader.only(table, &KEYS);
    let policy = policy(reader, table, policies);
    let resource = needed(reader, table, "resource", "the id of what fails, as the report shows it, or `*`");
    let found = reader.needed_date(table, "found", "the day on which it was found");
    let owner = needed(reader, table, "owner", "who mends it");
    let due = reader.needed_date(table, "due", "the day until which it is to be mended");
    if let (Some(found), Some(due)) = (found, due)
        && due < found
    {
        let span = reader.get(table, "due").map_or(table.span(), Spanned::span);
        let help = "correct `due`, or `found`".to_owned();
        reader.mistake(span, format!("it is due before it was found on {found}"), Some(help));
    }
    let state = word(reader, table, "state");
    let note = optional(reader, table, "note");
    Some(PlanItem {
        policy: policy?,
        resource: resource?,
        found: found?,
        owner: owner?,
        due: due?,
        state: state?,
        note,
    })
}

impl PlanItem {
    /// What it is for: policy and resource.
    pub fn id(&self) -> String {
        format!("{} {}", self.policy, self.resource)
    }

    pub(crate) fn row(&self) -> rows::PlanItem {
        rows::PlanItem {
            id: self.id().into(),
            policy: Cell::Known(self.policy.as_str().into()),
            resource: Cell::Known(self.resource.as_str().into()),
            found: Cell::Known(begins(self.found)),
            owner: Cell::Known(self.owner.as_str().into()),
            due: Cell::Known(ends(self.due)),
            state: Cell::Known(self.state),
            note: Cell::Known(self.note.as_deref().map(Into::into)),
        }
    }
}

impl Entry for PlanItem {
    const FILE: &'static str = "plan.toml";
    const LIST: &'static str = "item";
    const KEY: &'static [&'static str] = &["policy", "resource"];

    fn fields(&self) -> Fields {
        vec![
            ("policy", text(&self.policy)),
            ("resource", text(&self.resource)),
            ("found", day(Some(self.found))),
            ("owner", text(&self.owner)),
            ("due", day(Some(self.due))),
            ("state", text(self.state.word())),
            ("note", some_text(self.note.as_deref())),
        ]
    }
}
