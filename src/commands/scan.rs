//! `tenantscan scan`: reads a tenant and judges it.

use std::path::Path;

use tenantscan_microsoft365::Request;
use tenantscan_model::{Client, Platform, SNAPSHOT_SCHEMA, Snapshot, Tenant, Tool};
use tenantscan_provider::{Reader, Replay};

use crate::config::Config;
use crate::error::Error;
use crate::grammar::{Global, ScanArgs};
use crate::judge::Judge;
use crate::output;

/// Host of Microsoft Graph in the global cloud.
const GRAPH_HOST: &str = "graph.microsoft.com";

/// Reads, judges, and says by the exit code how it went.
pub(crate) async fn run(global: &Global, args: &ScanArgs) -> Result<u8, Error> {
    let config = Config::read(args.config.as_deref(), &args.replay)?;
    let replay = Replay::open(Path::new(&args.replay)).map_err(|error| Error::Usage(error.to_string()))?;
    let judge = Judge::new(&args.judge, Some(&config))?;
    let snapshot = read(replay, &config, &judge).await;
    let report = judge.report(&snapshot);
    output::write(global, &args.output, &report, &snapshot)?;
    Ok(report.run.exit.code)
}

/// Everything that the policies need, read from a recording. Its own time is the snapshot's, so that it does not age.
pub(crate) async fn read(replay: Replay, config: &Config, judge: &Judge) -> Snapshot {
    let taken_at = replay.latest_date().unwrap_or_else(jiff::Timestamp::now);
    let host = replay.hosts().iter().find(|host| host.contains("graph.")).cloned();
    let reader = Reader::replaying(replay);
    let declared = config.accounts.declared();
    let columns = judge.reads(Platform::Microsoft365);
    let request = Request { host: host.as_deref().unwrap_or(GRAPH_HOST), columns: &columns, declared: &declared };
    let facts = tenantscan_microsoft365::read(&reader, &request).await;
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
    Snapshot {
        schema: SNAPSHOT_SCHEMA.into(),
        client: Client { id: config.client.id.as_deref().unwrap_or("client").into(), name: name.into() },
        taken_at,
        tool: Tool { name: "tenantscan".into(), version: env!("CARGO_PKG_VERSION").into() },
        tenants: vec![tenant],
    }
}
