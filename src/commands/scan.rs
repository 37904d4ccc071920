//! `tenantscan scan`: reads a tenant and judges it.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tenantscan_dns::SystemResolver;
use tenantscan_microsoft365::{Cloud, Request, SignIn};
use tenantscan_model::{Client, Platform, SNAPSHOT_SCHEMA, Snapshot, Tenant, Time, Tool};
use tenantscan_provider::{Limits, Reader, Recorder, Replay};

use crate::config::{Config, FILE_NAME};
use crate::error::Error;
use crate::files::write_whole;
use crate::grammar::{Global, ScanArgs};
use crate::judge::Judge;
use crate::progress::Progress;
use crate::{output, sign_in};

/// Reads, judges, and says by the exit code how it went.
pub(crate) async fn run(global: &Global, args: &ScanArgs) -> Result<u8, Error> {
    let beside = args.network.replay.clone().unwrap_or_default();
    let config = Config::read(args.config.as_deref(), &beside)?;
    let judge = Judge::new(&args.judge, Some(&config))?;
    let columns = judge.reads(Platform::Microsoft365);
    let mut wanted = tenantscan_microsoft365::sources_for(&columns);
    wanted.extend(tenantscan_dns::sources_of(&columns));
    let all = tenantscan_microsoft365::sources().chain(tenantscan_dns::sources());
    let sources: Vec<_> = all.filter(|source| wanted.contains(source.id)).collect();
    let snapshot = match &args.network.replay {
        Some(folder) => {
            let replay = Replay::open(folder).map_err(|error| Error::Usage(error.to_string()))?;
            replayed(replay, &config, &judge, Progress::of_recording(global, &sources)).await
        }
        None => live(args, &config, &judge, Progress::new(global, &sources)).await?,
    };
    let report = judge.report(&snapshot);
    output::write(global, &args.output, &report, &snapshot)?;
    Ok(report.run.exit.code)
}

/// Everything that the policies need, read from a recording. Its own time is the snapshot's, so that it does not age.
pub(crate) async fn replayed(replay: Replay, config: &Config, judge: &Judge, progress: Progress) -> Snapshot {
    let taken_at = replay.latest_date().unwrap_or_else(jiff::Timestamp::now);
    let cloud = Cloud::of_hosts(replay.hosts());
    let reader = Reader::replaying(replay);
    read(reader, (cloud, None), taken_at, config, judge, progress).await.0
}

/// Everything that the policies need, read from the tenant.
async fn live(args: &ScanArgs, config: &Config, judge: &Judge, progress: Progress) -> Result<Snapshot, Error> {
    let app = sign_in::app(&args.sign_in, config)?;
    let network = sign_in::network(&args.network, config)?;
    let recorder = args.network.record.as_deref().map(|folder| recorder(folder, config)).transpose()?;
    let cloud = app.cloud;
    let sign_in = Arc::new(SignIn::new(network.clone(), app));
    let id = sign_in.tenant_id().await?;
    let limits = Limits {
        scan: Duration::from_secs(args.network.budget),
        source: Duration::from_secs(args.network.deadline),
        ..Limits::default()
    };
    let resolver = SystemResolver::new(args.network.resolver.as_deref());
    let resolver = resolver.map_err(|error| Error::Usage(error.to_string()))?;
    let reader = Reader::live(network, sign_in, recorder, limits).resolving(Arc::new(resolver));
    let (snapshot, unwritten) = read(reader, (cloud, Some(&id)), jiff::Timestamp::now(), config, judge, progress).await;
    match (unwritten, &args.network.record) {
        (Some(error), Some(folder)) => Err(Error::write(folder, &error)),
        _ => Ok(snapshot),
    }
}

/// Puts exchanges into an empty folder, beside the client's file, so that a replay knows what it declares.
fn recorder(folder: &Path, config: &Config) -> Result<Recorder, Error> {
    if fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some()) {
        return Err(Error::Usage(format!(
            "{} is not empty, and a recording must not mix with another\n  next: give --record a new folder",
            folder.display()
        )));
    }
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
    reader: Reader,
    (cloud, tenant): (Cloud, Option<&str>),
    taken_at: Time,
    config: &Config,
    judge: &Judge,
    progress: Progress,
) -> (Snapshot, Option<std::io::Error>) {
    let progress = Arc::new(progress);
    let shown = progress.clone();
    let reader = reader.telling(Box::new(move |event| shown.show(event)));
    let declared = config.accounts.declared();
    let columns = judge.reads(Platform::Microsoft365);
    let request = Request { cloud, tenant, columns: &columns, declared: &declared };
    let mut facts = tenantscan_microsoft365::read(&reader, &request).await;
    facts.datasets.mail_domains = tenantscan_dns::read(&reader, &facts.datasets.domains, &columns).await;
    progress.finish();
    let unwritten = reader.recording_error();
    let name = config.client.name.clone().unwrap_or_else(|| match &*facts.name {
        "" => "Unnamed client".to_owned(),
        name => name.to_owned(),
    });
    let tenant = Tenant {
        id: facts.id,
        name: if facts.name.is_empty() { name.as_str().into() } else { facts.name },
        platform: Platform::Microsoft365,
        sources: reader.finish(),
        datasets: facts.datasets,
    };
    let snapshot = Snapshot {
        schema: SNAPSHOT_SCHEMA.into(),
        client: Client { id: config.client.id.as_deref().unwrap_or("client").into(), name: name.into() },
        taken_at,
        tool: Tool { name: "tenantscan".into(), version: env!("CARGO_PKG_VERSION").into() },
        tenants: vec![tenant],
    };
    (snapshot, unwritten)
}
