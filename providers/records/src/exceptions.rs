//! `exceptions.toml`: results that fail and that somebody accepted, with reason, approver and end.

use jiff::ToSpan;
use jiff::civil::Date;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value};
use tenantscan_model::rows::{self, ANY, Disposition};
use tenantscan_model::{Cell, ClosedEnum, Platform};
use tenantscan_written::{Reader, TableAt, help, nearest, to_json};
use toml::Spanned;
use toml::de::DeValue;

use crate::edit::{Entry, Field, Fields, day, evidence, text};
use crate::evidence::{Documents, Evidence, is_sha256, sha256};
use crate::keys::{Once, REASON, begins, day_schema, ends, needed, says_something, word, word_schema};
use crate::policies::Policies;

/// Longest time from approval to end, in days.
const DAYS: i32 = 365;

/// The file `exceptions.toml`.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) struct ExceptionsFile {
    /// The exceptions; an empty list says that there is none.
    exception: Vec<Exception>,
}

/// A failing result that somebody accepted.
#[derive(Clone, Debug, PartialEq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Exception {
    /// Id of the policy.
    pub policy: String,
    /// The tenant: `microsoft365`, `google-workspace`, or its vendor's id.
    pub tenant: String,
    /// The stable id of what fails; `*` for whatever fails.
    pub resource: String,
    /// The state that was accepted; not with `*`.
    #[schemars(default)]
    pub accepted: Option<Accepted>,
    /// What was decided.
    #[schemars(schema_with = "word_schema::<Disposition>")]
    pub disposition: Disposition,
    /// Why.
    #[schemars(length(min = 20))]
    pub reason: String,
    /// What proves it.
    #[schemars(default)]
    pub evidence: Vec<Evidence>,
    /// Who decided.
    pub approved_by: String,
    /// The day of the decision.
    #[schemars(schema_with = "day_schema")]
    pub approved_on: Date,
    /// The last day on which it holds, at most 365 days after `approved_on`; the day before that one where it was ended on
    /// the day of the decision.
    #[schemars(schema_with = "day_schema")]
    pub until: Date,
}

/// The state of a resource that was accepted.
#[derive(Clone, Debug, PartialEq)]
pub enum Accepted {
    /// The values of the finding, by name. A value that is null is left out.
    Values(Map<String, Value>),
    /// SHA-256 of their JSON, hexadecimal.
    Sha256(String),
}

impl Accepted {
    /// The values as JSON, their names sorted, without spaces and without what is null: TOML has no null.
    pub fn json(&self) -> Option<String> {
        match self {
            Self::Values(values) => Some(canonical(&Value::Object(values.clone())).to_string()),
            Self::Sha256(_) => None,
        }
    }

    /// SHA-256 of the values' JSON, hexadecimal.
    pub fn sha256(&self) -> String {
        match self {
            Self::Values(_) => sha256(self.json().unwrap_or_default().as_bytes()),
            Self::Sha256(hash) => hash.clone(),
        }
    }
}

/// The same value, names sorted, nulls left out.
fn canonical(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().filter(|it| !it.is_null()).map(canonical).collect(),
        Value::Object(map) => {
            let mut kept: Vec<(&String, &Value)> = map.iter().filter(|(_, it)| !it.is_null()).collect();
            kept.sort_by_key(|(name, _)| *name);
            Value::Object(kept.into_iter().map(|(name, it)| (name.clone(), canonical(it))).collect())
        }
        other => other.clone(),
    }
}

impl JsonSchema for Accepted {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Accepted".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "The values of the finding that were accepted, or `sha256:` and the hash of their JSON.",
            "anyOf": [
                { "type": "object", "minProperties": 1 },
                { "type": "string", "pattern": "^sha256:[0-9a-fA-F]{64}$" },
            ],
        })
    }
}

pub(crate) const KEYS: [&str; 10] = [
    "policy",
    "tenant",
    "resource",
    "accepted",
    "disposition",
    "reason",
    "evidence",
    "approved_by",
    "approved_on",
    "until",
];

/// All exceptions of the file.
pub(crate) fn read(
    reader: &mut Reader<'_>,
    root: TableAt<'_>,
    documents: &mut Documents<'_>,
    policies: &Policies<'_>,
) -> Vec<Exception> {
    reader.only(root, &["exception"]);
    says_something(reader, root, &["exception"]);
    let mut once = Once::default();
    let tables = reader.list_of_tables(root, "exception");
    let mut found = Vec::new();
    for table in tables {
        let exception = exception(reader, table, documents, policies);
        if let Some(exception) = &exception {
            once.keep(reader, &exception.id(), table.span(), "an exception for");
        }
        found.extend(exception);
    }
    found
}

fn exception(
    reader: &mut Reader<'_>,
    table: TableAt<'_>,
    documents: &mut Documents<'_>,
    policies: &Policies<'_>,
) -> Option<Exception> {
    reader.only(table, &KEYS);
    let policy = policy(reader, table, policies);
    let tenant = tenant(reader, table);
    let resource = needed(reader, table, "resource", "the id of what fails, as the report shows it, or `*`");
    let accepted = accepted(reader, table, resource.as_deref());
    let disposition = word(reader, table, "disposition");
    if let (Some(policy), Some(disposition)) = (&policy, disposition) {
        fits(reader, table, policies, policy, disposition);
    }
    let reason = reader.needed(table, "reason", "why this is accepted");
    if let Some(reason) = &reason {
        let length = reason.text.trim().chars().count();
        if length > 0 && length < REASON {
            let message = format!("the reason has {length} characters, and needs {REASON}");
            let help = "say why, and what is done instead, so that somebody else understands it in a year".to_owned();
            reader.mistake(reason.span.clone(), message, Some(help));
        }
    }
    let evidence = documents.list(reader, table, "evidence");
    if disposition == Some(Disposition::FalsePositive) && reader.get(table, "evidence").is_none() {
        let help = "add `evidence = [\"…\"]`: a file of this folder or an address that shows why the result is wrong";
        reader.mistake(table.span(), "`evidence` is missing", Some(help.into()));
    }
    let approved_by = needed(reader, table, "approved_by", "who decided, with the role");
    let approved_on = reader.needed_date(table, "approved_on", "the day of the decision");
    let until = reader.needed_date(table, "until", "the last day on which it holds");
    if let (Some(approved), Some(until)) = (approved_on, until) {
        let last = approved.saturating_add(DAYS.days());
        let span = reader.get(table, "until").map_or(table.span(), Spanned::span);
        // What is ended on the day of the decision holds on no day any more.
        if until < approved.saturating_sub(1.days()) {
            let help = "write a day after the one of the decision".to_owned();
            reader.mistake(span, format!("the exception ends before it was approved on {approved}"), Some(help));
        } else if until > last {
            let message = format!("an exception holds for at most {DAYS} days");
            reader.mistake(span, message, Some(format!("write {last} or an earlier day, and decide anew then")));
        }
    }
    Some(Exception {
        policy: policy?,
        tenant: tenant?,
        resource: resource?,
        accepted,
        disposition: disposition?,
        reason: reason?.text.trim().to_owned(),
        evidence,
        approved_by: approved_by?,
        approved_on: approved_on?,
        until: until?,
    })
}

/// What is required cannot be met in another way. Source: 45 CFR 164.306(d)(2) and (3).
fn fits(reader: &mut Reader<'_>, table: TableAt<'_>, policies: &Policies<'_>, policy: &str, disposition: Disposition) {
    let addressable =
        matches!(disposition, Disposition::AddressableAlternative | Disposition::AddressableNotReasonable);
    let Some(why) = policies.closed(policy).filter(|_| addressable) else { return };
    let span = reader.get(table, "disposition").map_or(table.span(), Spanned::span);
    let word = disposition.word();
    let message = format!("`{policy}` {why}: `{word}` is not available");
    let help = "write `planned` with a day in plan.toml, or `risk_accepted`: the gap stays one until it is mended";
    reader.mistake(span, message, Some(help.into()));
}

/// The policy that an entry is about.
pub(crate) fn policy(reader: &mut Reader<'_>, table: TableAt<'_>, policies: &Policies<'_>) -> Option<String> {
    let policy = reader.needed(table, "policy", "the id of the policy, as the report shows it")?;
    if !policies.has(&policy.text) {
        let help = nearest(&policy.text, policies.ids()).map_or_else(
            || "`tenantscan policy list` shows them all".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        reader.mistake(policy.span.clone(), format!("there is no policy `{}`", policy.text), Some(help));
    }
    Some(policy.text)
}

/// A platform, of which a client has one tenant, or a vendor's id, which is no plain word.
fn tenant(reader: &mut Reader<'_>, table: TableAt<'_>) -> Option<String> {
    let names = Platform::ALL.map(Platform::name);
    let what = format!("{}, or the tenant's id", names.join(", "));
    let tenant = reader.needed(table, "tenant", &what)?;
    let name = tenant.text.trim();
    if !names.contains(&name) && !name.bytes().any(|byte| byte.is_ascii_digit()) {
        let help = help(name, names, "tenants");
        reader.mistake(tenant.span.clone(), format!("there is no tenant `{name}`"), Some(help));
    }
    Some(name.to_owned())
}

/// The state that was accepted, as the resource needs it.
fn accepted(reader: &mut Reader<'_>, table: TableAt<'_>, resource: Option<&str>) -> Option<Accepted> {
    const EXAMPLE: &str = "`accepted = { enabled = true }` with the values that the report shows, or \
                           `accepted = \"sha256:…\"`";
    let Some(value) = reader.get(table, "accepted") else {
        if resource.is_some_and(|resource| resource != ANY) {
            reader.mistake(table.span(), "`accepted` is missing", Some(format!("add {EXAMPLE}")));
        }
        return None;
    };
    if resource == Some(ANY) {
        let help = "name one resource, or take `accepted` out: an exception for everything is bound to no state";
        reader.mistake(value.span(), "`accepted` means nothing with `*`", Some(help.into()));
        return None;
    }
    match value.get_ref() {
        DeValue::Table(values) if !values.is_empty() => match to_json(value.get_ref()) {
            Value::Object(values) => return Some(Accepted::Values(values)),
            _ => return None,
        },
        DeValue::String(text) => {
            let hash = text.trim().strip_prefix("sha256:").map(str::to_ascii_lowercase);
            if let Some(hash) = hash.filter(|hash| is_sha256(hash)) {
                return Some(Accepted::Sha256(hash));
            }
        }
        _ => {}
    }
    reader.mistake(value.span(), "`accepted` is no state", Some(format!("write {EXAMPLE}")));
    None
}

impl Exception {
    /// What it is for: policy, tenant and resource.
    pub fn id(&self) -> String {
        format!("{} {} {}", self.policy, self.tenant, self.resource)
    }

    pub(crate) fn row(&self) -> rows::Exception {
        rows::Exception {
            id: self.id().into(),
            policy: Cell::Known(self.policy.as_str().into()),
            tenant: Cell::Known(self.tenant.as_str().into()),
            resource: Cell::Known(self.resource.as_str().into()),
            accepted: Cell::Known(self.accepted.as_ref().and_then(Accepted::json).map(Into::into)),
            accepted_sha256: Cell::Known(self.accepted.as_ref().map(|it| it.sha256().into())),
            disposition: Cell::Known(self.disposition),
            reason: Cell::Known(self.reason.as_str().into()),
            evidence: Cell::Known(self.evidence.iter().map(|it| it.at.as_str().into()).collect()),
            approved_by: Cell::Known(self.approved_by.as_str().into()),
            approved: Cell::Known(begins(self.approved_on)),
            until: Cell::Known(ends(self.until)),
        }
    }
}

impl Entry for Exception {
    const FILE: &'static str = "exceptions.toml";
    const LIST: &'static str = "exception";
    const KEY: &'static [&'static str] = &["policy", "tenant", "resource"];

    fn fields(&self) -> Fields {
        let accepted = self.accepted.as_ref().map(|accepted| match accepted {
            Accepted::Values(values) => crate::edit::value(&Value::Object(values.clone())),
            Accepted::Sha256(hash) => format!("sha256:{hash}").into(),
        });
        vec![
            ("policy", text(&self.policy)),
            ("tenant", text(&self.tenant)),
            ("resource", text(&self.resource)),
            ("accepted", accepted.map(Field::Value)),
            ("disposition", text(self.disposition.word())),
            ("reason", text(&self.reason)),
            ("evidence", (!self.evidence.is_empty()).then(|| Field::Value(evidence(&self.evidence)))),
            ("approved_by", text(&self.approved_by)),
            ("approved_on", day(Some(self.approved_on))),
            ("until", day(Some(self.until))),
        ]
    }
}
