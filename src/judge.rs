//! From flags to the policies that hold, and from a snapshot to its report.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use tenantscan_evaluate::{Chosen, ExitOn, Outcome, Rules, Safeguards};
use tenantscan_model::{Platform, Snapshot, Time};
use tenantscan_policy::{BaselineChoice, Files, Library, Policy, SourceFile};
use tenantscan_records::{Records, Store};
use tenantscan_report::{BaselineEntry, Report};

use crate::config::Config;
use crate::embedded;
use crate::error::Error;
use crate::grammar::{JudgeArgs, ProposedRules, near};
use crate::providers;
use crate::records::Known;

/// Columns by dataset and column; no column stands for the list as such.
pub(crate) type Columns = BTreeSet<(usize, Option<usize>)>;

/// The policies that hold, and how a snapshot is judged by them.
pub(crate) struct Judge {
    baseline: BaselineEntry,
    policies: Vec<Policy>,
    safeguards: Safeguards,
    as_of: Option<Time>,
    exit_on: ExitOn,
    known: Known,
    /// Whether flags picked some of the policies out.
    chosen: Chosen,
    /// Rules that are not in force, and the same policies as they would be under them.
    proposed: Option<(Rules, Vec<Policy>)>,
}

/// The shipped files, with those of a folder laid over.
pub(crate) fn library(folder: Option<&Path>) -> Result<Library, Error> {
    let mut policies: Vec<SourceFile> = embedded::POLICIES.iter().map(shipped("policies")).collect();
    if let Some(folder) = folder {
        for own in policy_files(folder)? {
            let name = file_name(&own.name);
            policies.retain(|file| file_name(&file.name) != name);
            policies.push(own);
        }
    }
    let catalogue = |name: &str| SourceFile {
        name: format!("policies/catalogues/{name}"),
        text: embedded::catalogue(name).to_owned(),
    };
    let files = Files {
        policies,
        baselines: embedded::BASELINES.iter().map(shipped("policies/baselines")).collect(),
        licences: catalogue("licences.toml"),
        safeguards: catalogue("safeguards.toml"),
        questions: catalogue("questions.toml"),
    };
    Ok(tenantscan_policy::load(&files)?)
}

/// The catalogue of safeguards.
pub(crate) fn safeguards() -> Result<Safeguards, Error> {
    Safeguards::load(embedded::catalogue("safeguards.toml"))
        .map_err(|error| Error::Internal(format!("policies/catalogues/safeguards.toml: {error}")))
}

fn shipped(folder: &'static str) -> impl Fn(&(&'static str, &'static str)) -> SourceFile {
    move |(name, text)| SourceFile { name: format!("{folder}/{name}"), text: (*text).to_owned() }
}

fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

/// The policy files of a folder, in order of name.
pub(crate) fn policy_files(folder: &Path) -> Result<Vec<SourceFile>, Error> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(|error| Error::read(folder, &error))? {
        let path = entry.map_err(|error| Error::read(folder, &error))?.path();
        if path.is_file() && path.extension().is_some_and(|ending| ending == "toml") {
            let text = fs::read_to_string(&path).map_err(|error| Error::read(&path, &error))?;
            files.push(SourceFile { name: path.display().to_string(), text });
        }
    }
    if files.is_empty() {
        return Err(Error::Usage(format!(
            "there is no policy file (*.toml) in {}\n  next: `tenantscan policy new ID --dir {}` writes one to start from",
            folder.display(),
            folder.display()
        )));
    }
    files.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(files)
}

/// The policies of a folder alone, or the shipped ones.
pub(crate) fn policies_of(folder: Option<&Path>) -> Result<Vec<Policy>, Error> {
    let mut library = library(folder)?;
    if let Some(folder) = folder {
        let own: BTreeSet<String> = policy_files(folder)?.into_iter().map(|file| file.name).collect();
        library.policies.retain(|policy| own.contains(&policy.file));
    }
    Ok(library.policies)
}

/// The policies that there are, and which of them the flags and the client's file choose.
fn chosen(args: &JudgeArgs, config: Option<&Config>) -> Result<(Library, BaselineChoice), Error> {
    let library = library(args.policies.as_deref())?;
    let mut choice = match config.and_then(|config| config.file.as_ref()) {
        Some(file) => tenantscan_policy::client_baseline(file)?,
        None => BaselineChoice::shipped(),
    };
    if args.policies.is_some() {
        choice.add_all_of(&library);
    }
    Ok((library, choice))
}

fn proposed(rules: ProposedRules) -> Result<Rules, Error> {
    let file = match rules {
        ProposedRules::Nprm2025 => "rules-nprm-2025.toml",
    };
    Rules::load(embedded::catalogue(file))
        .map_err(|error| Error::Internal(format!("policies/catalogues/{file}: {error}")))
}

/// What a scan read, from the file that it wrote.
pub(crate) fn snapshot(path: &Path, bytes: &[u8]) -> Result<Snapshot, Error> {
    let no_snapshot = |error: &dyn std::fmt::Display| {
        Error::Usage(format!(
            "{}: {error}\n  next: give a file that `tenantscan scan --snapshot PATH` wrote",
            path.display()
        ))
    };
    let text = std::str::from_utf8(bytes).map_err(|error| no_snapshot(&error))?;
    Snapshot::from_json(text).map_err(|error| no_snapshot(&error))
}

impl Judge {
    /// The policies that the flags and the client's file choose.
    pub(crate) fn new(args: &JudgeArgs, config: Option<&Config>) -> Result<Self, Error> {
        let (library, choice) = chosen(args, config)?;
        let known = Known::of(&library)?;
        let baseline = library.baseline(&choice)?;
        let all: Vec<&str> = baseline.policies.iter().map(|policy| policy.id.as_str()).collect();
        if let Some(unknown) = args.policy.iter().find(|id| !all.contains(&id.as_str())) {
            return Err(Error::Usage(format!(
                "there is no policy `{unknown}`{}\n  next: `tenantscan policy list` shows them all",
                near(unknown, &all)
            )));
        }
        let wanted = |policy: &Policy| {
            (args.policy.is_empty() || args.policy.contains(&policy.id))
                && (args.severity.is_empty() || args.severity.contains(&policy.severity))
        };
        let proposed = match args.rules {
            None => None,
            Some(rules) => {
                let rules = proposed(rules)?;
                let (library, choice) = chosen(args, config)?;
                let mut policies: Vec<Policy> =
                    library.baseline(&choice)?.policies.into_iter().filter(wanted).collect();
                rules.apply(&mut policies);
                Some((rules, policies))
            }
        };
        let (policies, unwanted): (Vec<Policy>, Vec<Policy>) = baseline.policies.into_iter().partition(wanted);
        let left_out = baseline.left_out.into_iter().chain(unwanted);
        Ok(Self {
            baseline: BaselineEntry::new(baseline.id, baseline.title, &policies, left_out),
            policies,
            safeguards: safeguards()?,
            as_of: args.as_of,
            exit_on: ExitOn { fail: args.fail_on.0, except_accepted: args.except_accepted },
            known,
            chosen: if args.policy.is_empty() && args.severity.is_empty() { Chosen::All } else { Chosen::Some },
            proposed,
        })
    }

    /// One of the policies that hold, with its parameters in force.
    pub(crate) fn policy(&self, id: &str) -> Option<&Policy> {
        self.policies.iter().find(|policy| policy.id == id)
    }

    /// What people keep of the client.
    pub(crate) fn records<'s>(&self, store: impl Into<Store<'s>>) -> Result<Records, Error> {
        Ok(tenantscan_records::read(store, &self.known.policies())?)
    }

    /// Everything that the policies read of a platform: dataset and column by index.
    pub(crate) fn reads(&self, platform: Platform) -> Columns {
        let rules = self.policies.iter().filter_map(|policy| policy.rules.get(&platform));
        let mut columns: Columns = rules.flat_map(|rule| rule.reads.iter().copied()).collect();
        columns.extend(tenantscan_dns::needs(&columns));
        columns
    }

    /// What some of the policies say of a snapshot at a moment, by their ids. One that the baseline leaves out says nothing.
    pub(crate) fn outcomes(&self, snapshot: &Snapshot, ids: &[&str], now: Time) -> Vec<(&Policy, Outcome)> {
        let policies: Vec<&Policy> = self.policies.iter().filter(|policy| ids.contains(&&*policy.id)).collect();
        let no_sources = |_: Platform, _: &[(usize, Option<usize>)]| BTreeSet::new();
        let evaluation = tenantscan_evaluate::evaluate(&policies, Chosen::Some, snapshot, now, &no_sources);
        evaluation.outcomes.into_iter().map(|outcome| (policies[outcome.policy], outcome)).collect()
    }

    /// The moment to judge for what was read then: what has changed later nobody has read.
    pub(crate) fn moment(&self, taken_at: Time) -> Result<Time, Error> {
        match self.as_of {
            Some(as_of) if as_of > taken_at => Err(Error::Usage(format!(
                "--as-of {as_of} lies after the scan, which was at {taken_at}: what has changed since then was not read\n  \
                 next: scan again, or name a moment before the scan"
            ))),
            as_of => Ok(as_of.unwrap_or(taken_at)),
        }
    }

    /// The report of a snapshot.
    pub(crate) fn report(&self, snapshot: &Snapshot) -> Result<Report, Error> {
        let now = self.moment(snapshot.taken_at)?;
        let policies: Vec<&Policy> = self.policies.iter().collect();
        let sources_of = |platform, columns: &[_]| providers::sources_of(platform, &columns.iter().copied().collect());
        let evaluation = tenantscan_evaluate::evaluate(&policies, self.chosen, snapshot, now, &sources_of);
        let mut report = tenantscan_report::document(
            snapshot,
            &evaluation,
            &policies,
            &self.safeguards,
            &self.baseline,
            self.exit_on,
        );
        if let Some((rules, policies)) = &self.proposed {
            let policies: Vec<&Policy> = policies.iter().collect();
            let then = tenantscan_evaluate::evaluate(&policies, self.chosen, snapshot, now, &sources_of);
            report.what_if = Some(tenantscan_report::what_if(rules, &report, &then, &policies));
        }
        Ok(report)
    }
}
