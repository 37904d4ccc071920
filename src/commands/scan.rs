//! `tenantscan scan`: reads a client's tenants and judges them.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;
use tenantscan_dns::SystemResolver;
use tenantscan_microsoft365::{Cloud, SignIn};
use tenantscan_model::rows::RegisteredKind;
use tenantscan_model::{Cause, Client, Platform, SNAPSHOT_SCHEMA, Snapshot, Tenant, Time, Tool};
use tenantscan_people::{Declared, PracticeRole};
use tenantscan_provider::{Limits, Reader, Recorder, Replay, Source, TokenFuture, Tokens};
use tenantscan_records::{Accounts, Records, Store};

use crate::config::{Config, FILE_NAME, UNNAMED};
use crate::error::Error;
use crate::files::{expect_place, write_whole};
use crate::grammar::{Global, ScanArgs};
use crate::judge::Judge;
use crate::output::Output;
use crate::progress::Progress;
use crate::{providers, records, sign_in};

/// A tenant that is about to be read.
enum Target {
    Microsoft365 {
        cloud: Cloud,
        /// Its id, where it is known before anything is read.
        id: Option<String>,
    },
    GoogleWorkspace,
}

impl Target {
    fn platform(&self) -> Platform {
        match self {
            Self::Microsoft365 { .. } => Platform::Microsoft365,
            Self::GoogleWorkspace => Platform::GoogleWorkspace,
        }
    }

    /// The tenants that a recording holds. One without any is taken for Microsoft's, and then everything is unread.
    fn recorded(replay: &Replay) -> Vec<Self> {
        let has_google = replay.hosts().iter().any(|host| tenantscan_google_workspace::is_host(host));
        let cloud = match Cloud::of_hosts(replay.hosts()) {
            None if has_google => None,
            cloud => Some(cloud.unwrap_or_default()),
        };
        let microsoft = cloud.map(|cloud| Self::Microsoft365 { cloud, id: None });
        microsoft.into_iter().chain(has_google.then_some(Self::GoogleWorkspace)).collect()
    }
}

/// Reads, judges, and says by the exit code how it went.
pub(crate) async fn run(global: &Global, args: &ScanArgs) -> Result<u8, Error> {
    let output = Output::new(global, &args.output)?;
    let beside = args.network.replay.clone().unwrap_or_default();
    let config = Config::read(args.config.as_deref(), &beside)?;
    let judge = Judge::new(&args.judge, Some(&config))?;
    let is_copy = args.network.replay.is_some();
    let folder = records::folder_to_read(args.records.as_deref(), &config, is_copy)?;
    let records = judge.records(if is_copy { Store::copy(&folder) } else { Store::folder(&folder) })?;
    let (snapshot, unwritten) = match &args.network.replay {
        Some(folder) => {
            let replay = Replay::open(folder).map_err(|error| Error::Usage(error.to_string()))?;
            let progress = |sources: &[_]| Progress::of_recording(global, sources);
            (replayed(replay, &config, &records, &judge, progress).await, None)
        }
        None => {
            // Before anything is asked for.
            judge.moment(jiff::Timestamp::now())?;
            live(args, &config, &records, &judge, |sources| Progress::new(global, sources)).await?
        }
    };
    let report = judge.report(&snapshot)?;
    output.write(&report, &snapshot)?;
    // What was read is not lost where a part of it could not be recorded.
    match (unwritten, &args.network.record) {
        (Some(error), Some(folder)) => Err(Error::write(folder, &error)),
        _ => Ok(report.run.exit.code),
    }
}

/// Everything that the policies need, read from a recording. Its own time is the snapshot's, so that it does not age.
pub(crate) async fn replayed(
    replay: Replay,
    config: &Config,
    records: &Records,
    judge: &Judge,
    progress: impl FnOnce(&[&'static Source]) -> Progress,
) -> Snapshot {
    let taken_at = replay.latest_date().unwrap_or_else(jiff::Timestamp::now);
    let replay = Arc::new(replay);
    let targets = Target::recorded(&replay).into_iter().map(|target| (target, Reader::replaying(replay.clone())));
    read(targets.collect(), taken_at, config, records, judge, progress).await.0
}

/// Everything that the policies need, read from the tenants, and the first exchange that could not be recorded. A tenant that
/// cannot be signed in to is unread whole, as long as there is another.
async fn live(
    args: &ScanArgs,
    config: &Config,
    records: &Records,
    judge: &Judge,
    progress: impl FnOnce(&[&'static Source]) -> Progress,
) -> Result<(Snapshot, Option<std::io::Error>), Error> {
    let google = sign_in::names_google(&args.google, config);
    let microsoft = !google || sign_in::names_microsoft(&args.sign_in, config);
    let app = microsoft.then(|| sign_in::app(&args.sign_in, config)).transpose()?;
    let network = sign_in::network(&args.network, config)?;
    let resolver = SystemResolver::new(args.network.resolver.as_deref());
    let resolver = Arc::new(resolver.map_err(|error| Error::Usage(error.to_string()))?);
    let scopes = tenantscan_google_workspace::scopes_for(&judge.reads(Platform::GoogleWorkspace));
    let account =
        google.then(|| sign_in::google(&args.google, config, network.clone(), scopes)).transpose()?.map(Arc::new);
    args.network.record.as_deref().map(expect_new).transpose()?;
    let mut targets: Vec<(Target, SignedIn)> = Vec::new();
    if let Some(app) = app {
        let cloud = app.cloud;
        let sign_in = Arc::new(SignIn::new(network.clone(), app));
        let id = sign_in.tenant_id().await;
        let target = Target::Microsoft365 { cloud, id: id.as_ref().ok().cloned() };
        targets.push((target, id.map(|_| sign_in as Arc<dyn Tokens>).map_err(Error::from)));
    }
    if let Some(account) = account {
        let granted = account.check().await;
        targets.push((Target::GoogleWorkspace, granted.map(|_| account as Arc<dyn Tokens>).map_err(Error::from)));
    }
    let all_failed = targets.iter().all(|(_, tokens)| tokens.is_err());
    let record = args.network.record.as_deref().filter(|_| !all_failed);
    let recorder = record.map(|folder| recorder(folder, config)).transpose()?.map(Arc::new);
    let limits = Limits {
        scan: Duration::from_secs(args.network.budget),
        source: Duration::from_secs(args.network.deadline),
        ..Limits::default()
    };
    let mut readers = Vec::new();
    for (target, tokens) in targets {
        let tokens = match tokens {
            Ok(tokens) => tokens,
            Err(error) if all_failed => return Err(error),
            Err(error) => {
                anstream::eprintln!("error: {}: {error}\n  the rest is scanned without it", target.platform().title());
                Arc::new(NoTokens)
            }
        };
        let reader = Reader::live(network.clone(), tokens, recorder.clone(), limits).resolving(resolver.clone());
        readers.push((target, reader));
    }
    Ok(read(readers, jiff::Timestamp::now(), config, records, judge, progress).await)
}

/// Tokens, or why there are none.
type SignedIn = Result<Arc<dyn Tokens>, Error>;

/// Of a tenant that could not be signed in to.
struct NoTokens;

impl Tokens for NoTokens {
    fn token<'a>(
        &'a self,
        _source: &'static Source,
        _url: &'a reqwest::Url,
        _refused: Option<&'a SecretString>,
    ) -> TokenFuture<'a> {
        Box::pin(async { Err(Cause::SignInFailed) })
    }
}

/// That nothing is in the folder of a recording yet, and that it can be written.
fn expect_new(folder: &Path) -> Result<(), Error> {
    if fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some()) {
        return Err(Error::Usage(format!(
            "{} is not empty, and a recording must not mix with another\n  next: give --record a new folder",
            folder.display()
        )));
    }
    expect_place(&folder.join(FILE_NAME))
}

/// Puts exchanges into a folder, beside the client's file, so that a replay knows what it declares.
fn recorder(folder: &Path, config: &Config) -> Result<Recorder, Error> {
    if !config.text.is_empty() {
        write_whole(&folder.join(FILE_NAME), &config.text)?;
    }
    let folder: PathBuf = folder.to_owned();
    Ok(Recorder::new(Box::new(move |name, text| {
        write_whole(&folder.join(name), text).map_err(|error| match error {
            Error::File { error, .. } => error,
            other => std::io::Error::other(other.to_string()),
        })
    })))
}

/// The snapshot, and the first exchange that could not be recorded.
async fn read(
    targets: Vec<(Target, Reader)>,
    taken_at: Time,
    config: &Config,
    records: &Records,
    judge: &Judge,
    progress: impl FnOnce(&[&'static Source]) -> Progress,
) -> (Snapshot, Option<std::io::Error>) {
    let of = |(target, _): &(Target, _)| providers::sources_for(target.platform(), &judge.reads(target.platform()));
    let sources: Vec<&Source> = targets.iter().flat_map(of).collect();
    let progress = Arc::new(progress(&sources));
    let all = targets.into_iter().map(|(target, reader)| {
        let shown = progress.clone();
        let reader = reader.telling(Box::new(move |event| shown.show(event)));
        tenant(target, reader, taken_at, records, judge)
    });
    let (tenants, unwritten): (Vec<Tenant>, Vec<Option<std::io::Error>>) =
        futures::future::join_all(all).await.into_iter().unzip();
    progress.finish();
    let named = tenants.iter().map(|tenant| &*tenant.name).find(|name| !name.is_empty());
    let name = config.client.name.as_deref().or(named).unwrap_or("Unnamed client").to_owned();
    let mut tenants = tenants;
    for tenant in &mut tenants {
        if tenant.name.is_empty() {
            tenant.name = name.as_str().into();
        }
    }
    tenantscan_people::join(&mut tenants);
    let snapshot = Snapshot {
        schema: SNAPSHOT_SCHEMA.into(),
        client: Client { id: config.client.id.as_deref().unwrap_or(UNNAMED).into(), name: name.into() },
        taken_at,
        tool: Tool { name: "tenantscan".into(), version: env!("CARGO_PKG_VERSION").into() },
        tenants,
    };
    (snapshot, unwritten.into_iter().flatten().next())
}

/// One tenant; its name is empty where it could not be read.
async fn tenant(
    target: Target,
    reader: Reader,
    taken_at: Time,
    records: &Records,
    judge: &Judge,
) -> (Tenant, Option<std::io::Error>) {
    let platform = target.platform();
    let columns = &judge.reads(platform);
    let declared = &declared(records.accounts.as_ref());
    let (id, name, mut datasets) = match &target {
        Target::Microsoft365 { cloud, id } => {
            let tenant = id.as_deref();
            let request = tenantscan_microsoft365::Request { cloud: *cloud, tenant, columns, declared, now: taken_at };
            let facts = tenantscan_microsoft365::read(&reader, &request).await;
            (facts.id, facts.name, facts.datasets)
        }
        Target::GoogleWorkspace => {
            let request = tenantscan_google_workspace::Request { columns, declared, now: taken_at };
            let facts = tenantscan_google_workspace::read(&reader, &request).await;
            (facts.id, facts.name, facts.datasets)
        }
    };
    datasets.mail_domains = tenantscan_dns::read(&reader, &datasets.domains, columns).await;
    records.fill(&mut datasets);
    let unwritten = reader.recording_error();
    let mut sources = reader.finish();
    sources.extend(records.sources());
    sources.sort_by(|a, b| a.source.cmp(&b.source));
    (Tenant { id, name, platform, sources, datasets }, unwritten)
}

fn role(role: &tenantscan_records::Role) -> PracticeRole {
    PracticeRole { name: role.name.clone(), groups: role.groups.clone() }
}

/// The accounts that are not what they look like.
fn declared(accounts: Option<&Accounts>) -> Declared {
    let of = |kind| accounts.into_iter().flat_map(|it| it.of(kind)).map(str::to_owned).collect();
    Declared {
        break_glass: accounts.filter(|it| it.accounts.is_some()).map(|_| of(RegisteredKind::BreakGlass)),
        service: of(RegisteredKind::Service),
        shared_mailboxes: of(RegisteredKind::SharedMailbox),
        rooms: of(RegisteredKind::Room),
        roles: accounts.and_then(|it| it.roles.as_ref()).map(|roles| roles.iter().map(role).collect()),
    }
}
