//! Reads what the domain name system says of a practice's mail domains: SPF, DKIM, DMARC, MTA-STS, TLS-RPT.
//!
//! That a name or a record is not there is a fact; that no answer came in time is not.

mod dkim;
mod dmarc;
mod mta_sts;
mod resolver;
mod sources;
mod spf;
mod spf_macro;

use std::collections::BTreeSet;

use tenantscan_model::rows::{Domain, MailDomain};
use tenantscan_model::{Cell, Datasets, Gap, Table, Text};
use tenantscan_provider::{Reader, Source};

pub use resolver::{ResolverError, SystemResolver};

/// Columns by dataset and column; no column stands for the list as such.
type Columns = BTreeSet<(usize, Option<usize>)>;

/// The selectors that the two platforms sign with, unless somebody chose others.
/// Source: learn.microsoft.com/defender-office-365/email-authentication-dkim-configure, support.google.com/a/answer/174124.
const SELECTORS: [&str; 3] = ["selector1", "selector2", "google"];

/// Every question that the provider can ask.
pub fn sources() -> impl Iterator<Item = &'static Source> {
    sources::ALL.iter().copied()
}

/// Ids of the sources that fill columns.
pub fn sources_of(columns: &Columns) -> BTreeSet<&'static str> {
    let wanted: BTreeSet<String> = columns
        .iter()
        .filter_map(|(dataset, column)| {
            let info = Datasets::ALL[*dataset];
            column.map(|column| format!("{}.{}", info.name, info.columns[column].name))
        })
        .collect();
    let fills = |source: &&Source| source.fills.iter().any(|name| wanted.contains(*name));
    sources().filter(fills).map(|source| source.id).collect()
}

/// What must be known of the tenant's domains for these columns.
pub fn needs(columns: &Columns) -> Columns {
    let (own, _) = Datasets::find("mail_domains").expect("a dataset of the model");
    let (domains, info) = Datasets::find("domains").expect("a dataset of the model");
    if !columns.iter().any(|(dataset, _)| *dataset == own) {
        return Columns::new();
    }
    let column = |name| (domains, info.column(name).map(|(column, _)| column));
    [(domains, None), column("is_initial"), column("is_verified"), column("supported_services")].into()
}

/// What is said of each domain of the tenant that is its own.
pub async fn read(reader: &Reader, domains: &Table<Domain>, columns: &Columns) -> Table<MailDomain> {
    let (own, _) = Datasets::find("mail_domains").expect("a dataset of the model");
    if !columns.iter().any(|(dataset, _)| *dataset == own) {
        return Table::default();
    }
    let domains = match domains.read() {
        Ok(domains) => domains,
        Err(gap) => return Table::unread(gap.clone()),
    };
    let ask = Ask { reader, wanted: sources_of(columns) };
    let rows = domains.iter().filter(|domain| is_own(domain)).map(|domain| ask.domain(domain));
    Table::complete(futures::future::join_all(rows).await)
}

/// Not one that the vendor gave, which nobody can publish anything for, and not one that is not proven.
fn is_own(domain: &Domain) -> bool {
    domain.is_initial.known() != Some(&true)
        && domain.is_verified.known() != Some(&false)
        && !domain.id.to_ascii_lowercase().ends_with(".onmicrosoft.com")
}

/// What is wanted, and who is asked.
struct Ask<'a> {
    reader: &'a Reader,
    wanted: BTreeSet<&'static str>,
}

impl Ask<'_> {
    fn wants(&self, source: &Source) -> bool {
        self.wanted.contains(source.id)
    }

    /// The records of a name; a name that is not there has none.
    async fn records(&self, source: &'static Source, name: &str) -> Result<Vec<String>, Gap> {
        let found = self.reader.lookup(source, name).await.map_err(|unread| unread.gap(source))?;
        Ok(found.records().to_vec())
    }

    async fn domain(&self, domain: &Domain) -> MailDomain {
        let name = domain.id.as_str();
        let mut row = MailDomain::new(name);
        row.sends_mail =
            domain.supported_services.clone().map(|services| services.iter().any(|service| *service == "Email"));
        let (servers, spf, selectors, dmarc, mta_sts, reports) = futures::join!(
            self.mail_servers(name),
            spf::read(self, name),
            self.selectors(name),
            dmarc::read(self, name),
            mta_sts::mode(self, name),
            mta_sts::reports(self, name),
        );
        if let Some(servers) = servers {
            row.mail_servers = servers.into();
        }
        if let Some(spf) = spf {
            spf.fill(&mut row);
        }
        if let Some(selectors) = selectors {
            row.dkim_selectors = selectors.into();
        }
        if let Some(dmarc) = dmarc {
            dmarc::fill(dmarc, &mut row);
        }
        if let Some(mode) = mta_sts {
            row.mta_sts_mode = mode.into();
        }
        if let Some(reports) = reports {
            row.tls_reports = reports.into();
        }
        row
    }

    async fn mail_servers(&self, name: &str) -> Option<Result<Vec<Text>, Gap>> {
        if !self.wants(&sources::MX) {
            return None;
        }
        let records = self.records(&sources::MX, name).await;
        // "0 ." says that the domain takes no mail. Source: RFC 7505.
        Some(records.map(|all| all.into_iter().filter(|it| it != "0 .").map(Text::from).collect()))
    }

    async fn selectors(&self, name: &str) -> Option<Result<Vec<Text>, Gap>> {
        if !self.wants(&sources::DKIM) {
            return None;
        }
        let names = SELECTORS.map(|selector| format!("{selector}._domainkey.{name}"));
        let asked = names.iter().map(|name| self.records(&sources::DKIM, name));
        let mut found = Vec::new();
        for (selector, records) in SELECTORS.into_iter().zip(futures::future::join_all(asked).await) {
            match records {
                Err(gap) => return Some(Err(gap)),
                Ok(records) if dkim::hold_key(&records) => found.push(selector.into()),
                Ok(_) => {}
            }
        }
        Some(Ok(found))
    }
}

/// The parts of `name=value; name=value`, names in small letters.
fn tags(record: &str) -> impl Iterator<Item = (String, &str)> {
    record.split(';').filter_map(|part| {
        let (name, value) = part.split_once('=')?;
        Some((name.trim().to_ascii_lowercase(), value.trim()))
    })
}

/// The addresses of a list of report URIs: `mailto:` and a size limit are no part of them.
fn addresses(list: &str) -> Vec<Text> {
    let all = list.split(',').map(str::trim).filter(|uri| !uri.is_empty());
    all.map(|uri| {
        let uri = uri.split_once('!').map_or(uri, |(uri, _)| uri);
        uri.strip_prefix("mailto:").unwrap_or(uri).into()
    })
    .collect()
}

fn unknown<T>(gap: &Gap) -> Cell<T> {
    Cell::Unknown(gap.clone())
}

#[cfg(test)]
mod tests {
    use tenantscan_model::Cell;

    use super::*;

    #[test]
    fn domains_of_the_vendor_are_left_out() {
        let domain = |name: &str, initial| Domain { is_initial: Cell::Known(initial), ..Domain::new(name) };
        assert!(is_own(&domain("practice.example", false)));
        assert!(!is_own(&domain("practice.example", true)));
        assert!(!is_own(&domain("Practice.onmicrosoft.com", false)));
        assert!(!is_own(&domain("practice.mail.onmicrosoft.com", false)));
    }

    #[test]
    fn every_name_is_in_the_dictionary_and_every_column_has_a_source() {
        let (index, info) = Datasets::find("mail_domains").expect("a dataset");
        let filled: BTreeSet<&str> = sources().flat_map(|source| source.fills).copied().collect();
        for column in info.columns {
            let name = format!("mail_domains.{}", column.name);
            assert!(filled.contains(&*name) || ["id", "sends_mail"].contains(&column.name), "no source fills {name}");
        }
        for name in filled {
            let (_, column) = name.split_once('.').expect("dataset.column");
            assert!(info.column(column).is_some(), "there is no {name}");
        }
        assert!(!needs(&[(index, Some(1))].into()).is_empty());
        assert!(needs(&Columns::new()).is_empty());
    }

    #[test]
    fn report_addresses_stand_alone() {
        assert_eq!(addresses("mailto:a@b.example!10m, https://r.example/x"), ["a@b.example", "https://r.example/x"]);
    }
}
