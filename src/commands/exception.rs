//! `tenantscan exception`: results that fail and that somebody accepts, for a time.

use jiff::ToSpan;
use jiff::civil::Date;
use serde_json::json;
use tenantscan_model::rows::ANY;
use tenantscan_model::{ClosedEnum, Platform};
use tenantscan_policy::Policy;
use tenantscan_records::{Accepted, Exception};
use tenantscan_report::{Report, count, safe};

use crate::error::Error;
use crate::grammar::{ExceptionArgs, ExceptionCommand, ExceptionId, Global, TextFormat};
use crate::output::{beside, nothing_yet, print, said, width};
use crate::records::{Desk, Held};
use crate::reports;

/// An exception ends soon when it ends within so many days.
const SOON: i32 = 30;

/// Adds, lists, renews or ends exceptions.
pub(crate) fn run(global: &Global, args: &ExceptionArgs) -> Result<u8, Error> {
    let desk = Desk::open(&args.records)?;
    let today = args.records.today();
    match &args.command {
        ExceptionCommand::Add { id, disposition, reason, evidence, approved_by, until, report } => {
            let held = desk.hold()?;
            let report = report.as_deref().map(|path| desk.report(path)).transpose()?;
            let (policy, tenant, resource) = place(&desk, id, report.as_ref())?;
            let all = desk.read()?.exceptions.unwrap_or_default();
            if let Some(old) =
                all.iter().find(|it| (&*it.policy, &*it.tenant, &*it.resource) == (policy, &tenant, &resource))
            {
                return Err(Error::Usage(format!(
                    "there is an exception for {} already, until {}\n  next: `tenantscan exception renew` decides anew on it",
                    safe(&old.id()),
                    old.until
                )));
            }
            ahead(*until, today)?;
            let accepted = match &report {
                _ if resource == ANY => None,
                Some(report) => Some(accepted(report, policy, &tenant, &resource)?),
                None => {
                    return Err(Error::Usage(
                        "which state of it is accepted is not known\n  next: give --report with the report of the last scan, \
                         as `tenantscan scan --format json:report.json` writes it"
                            .to_owned(),
                    ));
                }
            };
            let exception = Exception {
                policy: policy.to_owned(),
                tenant,
                resource,
                accepted,
                disposition: *disposition,
                reason: reason.trim().to_owned(),
                evidence: desk.evidence(evidence)?,
                approved_by: approved_by.trim().to_owned(),
                approved_on: today,
                until: *until,
            };
            keep(global, &desk, &held, &exception)?;
        }
        ExceptionCommand::Renew { id, until, approved_by, reason, report } => {
            let held = desk.hold()?;
            let mut exception = find(&desk, id)?;
            ahead(*until, today)?;
            if let Some(path) = report.as_ref().filter(|_| exception.resource != ANY) {
                let report = desk.report(path)?;
                let found = accepted(&report, &exception.policy, &exception.tenant, &exception.resource)?;
                exception.accepted = Some(found);
            }
            if let Some(reason) = reason {
                exception.reason = reason.trim().to_owned();
            }
            exception.approved_by = approved_by.trim().to_owned();
            (exception.approved_on, exception.until) = (today, *until);
            keep(global, &desk, &held, &exception)?;
        }
        ExceptionCommand::Expire { id } => {
            let held = desk.hold()?;
            let mut exception = find(&desk, id)?;
            let last = today.max(exception.approved_on).saturating_sub(1.days());
            if exception.until <= last {
                return Err(Error::Usage(format!(
                    "the exception for {} has ended on {} already; nothing was written",
                    safe(&exception.id()),
                    exception.until
                )));
            }
            exception.until = last;
            held.put(std::slice::from_ref(&exception))?;
            let id = safe(&exception.id());
            said(global, &format!("the exception for {id} holds no more; it stays in {}", path(&desk)))?;
        }
        ExceptionCommand::List { format } => list(&desk, today, *format)?,
    }
    Ok(0)
}

fn path(desk: &Desk) -> String {
    desk.folder.join("exceptions.toml").display().to_string()
}

fn keep(global: &Global, desk: &Desk, held: &Held<'_>, exception: &Exception) -> Result<(), Error> {
    held.put(std::slice::from_ref(exception))?;
    let mut text =
        format!("kept the exception for {} in {}, until {}", safe(&exception.id()), path(desk), exception.until);
    if let Some(state) = exception.accepted.as_ref().and_then(Accepted::json) {
        text += &format!("\n  accepted: {}\n  when this changes, the exception holds no more", safe(&state));
    }
    said(global, &text)
}

fn ahead(until: Date, today: Date) -> Result<(), Error> {
    if until >= today {
        return Ok(());
    }
    Err(Error::Usage(format!(
        "--until {until} lies before today ({today})\n  next: give the last day on which it shall hold"
    )))
}

/// The policy, the tenant and the resource that a new exception is for: what is not named is the only one of the report.
fn place<'d>(desk: &'d Desk, id: &ExceptionId, report: Option<&Report>) -> Result<(&'d str, String, String), Error> {
    let policy = desk.policy(&id.policy)?;
    let resource = id.resource.as_ref().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    let tenant = |resource: Option<&str>| tenant(policy, id.tenant.as_deref(), resource, report);
    let (tenant, resource) = match (resource, report) {
        (Some(resource), _) => (tenant(Some(&resource))?, resource),
        (None, Some(report)) => {
            let tenant = tenant(None)?;
            let only = reports::only_resource(report, &policy.id, &tenant)?;
            (tenant, only.to_owned())
        }
        (None, None) => {
            return Err(Error::Usage(
                "what is accepted is not known\n  next: give --report with the report of the last scan, and --resource with the \
                 id that it shows under findings where there are several; or --resource '*' for whatever fails"
                    .to_owned(),
            ));
        }
    };
    Ok((&policy.id, tenant, resource))
}

/// The tenant that was named, or the only one in which the policy fails, or the one platform of the policy.
fn tenant(
    policy: &Policy,
    named: Option<&str>,
    resource: Option<&str>,
    report: Option<&Report>,
) -> Result<String, Error> {
    let platforms: Vec<&str> = policy.rules.keys().map(|platform| platform.name()).collect();
    let one = resource.filter(|resource| *resource != ANY);
    let seen: Vec<&str> = report.into_iter().flat_map(|report| reports::platforms(report, &policy.id, one)).collect();
    match (named.map(str::trim), if seen.is_empty() { &*platforms } else { &*seen }) {
        (Some(named), _) => {
            let is_platform = Platform::ALL.iter().any(|platform| platform.name() == named);
            if is_platform && !platforms.contains(&named) {
                return Err(Error::Usage(format!(
                    "`{}` says nothing of {named}\n  next: give --tenant {}",
                    policy.id,
                    platforms.join(" or --tenant ")
                )));
            }
            Ok(named.to_owned())
        }
        (None, [only]) => Ok((*only).to_owned()),
        (None, several) => Err(Error::Usage(format!(
            "`{}` is for more than one platform\n  next: give --tenant {}",
            policy.id,
            several.join(" or --tenant ")
        ))),
    }
}

/// The state of a resource that a report shows.
fn accepted(report: &Report, policy: &str, tenant: &str, resource: &str) -> Result<Accepted, Error> {
    let finding = reports::finding(report, policy, tenant, resource)?;
    let values: serde_json::Map<_, _> = finding
        .values
        .iter()
        .filter(|(name, value)| !value.is_null() && !tenantscan_model::rows::moves(name))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    let found = Accepted::Values(values);
    // TOML has no way to accept a state without values but by its hash.
    Ok(if found.json().as_deref() == Some("{}") { Accepted::Sha256(found.sha256()) } else { found })
}

/// The exception that is there already.
fn find(desk: &Desk, id: &ExceptionId) -> Result<Exception, Error> {
    let all = desk.read()?.exceptions.unwrap_or_default();
    let fits = |it: &&Exception| {
        let same = |given: &Option<String>, own: &str| given.as_ref().is_none_or(|given| given.trim() == own);
        it.policy == id.policy && same(&id.tenant, &it.tenant) && same(&id.resource, &it.resource)
    };
    let found: Vec<&Exception> = all.iter().filter(fits).collect();
    match found.as_slice() {
        [only] => Ok((*only).clone()),
        [] => Err(Error::Usage(format!(
            "there is no such exception for `{}`\n  next: `tenantscan exception list` shows them all",
            safe(&id.policy)
        ))),
        several => {
            let ids: Vec<String> =
                several.iter().map(|it| format!("{} and `{}`", safe(&it.tenant), safe(&it.resource))).collect();
            Err(Error::Usage(format!(
                "there are {} exceptions for `{}`\n  next: say which with --tenant and --resource: {}",
                several.len(),
                safe(&id.policy),
                ids.join(", or ")
            )))
        }
    }
}

/// How an exception stands on a day: a word, and in words.
fn state(exception: &Exception, today: Date) -> (&'static str, String) {
    let until = exception.until;
    match today.until(until).map_or(0, |left| left.get_days()) {
        _ if until < today => ("expired", format!("expired {until}")),
        left if left <= SOON => ("expiring", format!("{left} days left, until {until}")),
        _ => ("active", format!("until {until}")),
    }
}

fn list(desk: &Desk, today: Date, format: TextFormat) -> Result<(), Error> {
    let Some(all) = desk.read()?.exceptions else {
        return nothing_yet(format, &path(desk), "tenantscan exception add");
    };
    if format == TextFormat::Json {
        let one = |it: &Exception| {
            json!({
                "policy": it.policy,
                "tenant": it.tenant,
                "resource": it.resource,
                "disposition": it.disposition.word(),
                "reason": it.reason,
                "approved_by": it.approved_by,
                "approved_on": it.approved_on.to_string(),
                "until": it.until.to_string(),
                "state": state(it, today).0,
                "accepted_sha256": it.accepted.as_ref().map(Accepted::sha256),
            })
        };
        return print(&format!("{:#}\n", json!(all.iter().map(one).collect::<Vec<_>>())));
    }
    let mut text = String::new();
    for it in &all {
        text += &format!("{}  {}\n", safe(&it.policy), state(it, today).1);
        for line in [
            format!(
                "{}, {}",
                safe(&it.tenant),
                if it.resource == ANY { "whatever fails".into() } else { safe(&it.resource) }
            ),
            format!("{}: {}", it.disposition.word(), safe(&it.reason)),
            format!("{}, {}", safe(&it.approved_by), it.approved_on),
        ] {
            text += &beside("    ", &line, width());
        }
    }
    let how_many = |word: &str| all.iter().filter(|it| state(it, today).0 == word).count();
    let sum = format!(
        "{}: {} active, {} within {SOON} days of their end, {} expired",
        count(all.len(), "exception", "exceptions"),
        how_many("active"),
        how_many("expiring"),
        how_many("expired")
    );
    print(&(text + &beside("", &sum, width())))
}
