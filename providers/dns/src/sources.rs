//! The questions that the provider can ask.

use std::time::Duration;

use tenantscan_model::Cause;
use tenantscan_provider::{Api, Call, Cures, Diagnosis, Pace, RecordKind, Refusal, Source};

/// The domain name system, through the resolver of this computer or the one that was named.
static DNS: Api = Api {
    id: "dns",
    title: "Domain names",
    resource: "",
    public: true,
    concurrency: 16,
    root: 0,
    batch: 1,
    paces: &[],
    headers: &[],
    diagnose,
    cures: &CURES,
};

/// Nobody has to sign in to ask for domain names.
static CURES: Cures = Cures {
    permission: |_| "Let this computer ask for domain names".to_owned(),
    role: |_| "Let this computer ask for domain names".to_owned(),
    sign_in: "Let this computer ask for domain names",
    switch_on: |_, _| "Let this computer ask for domain names".to_owned(),
};

/// Web servers that publish a domain's policy for mail.
static WEB: Api = Api {
    id: "mta_sts",
    title: "Policies for mail on the web",
    concurrency: 4,
    paces: &[Pace { prefix: "/", requests: 20, per: Duration::from_secs(1) }],
    ..DNS
};

fn diagnose(refusal: &Refusal<'_>) -> Diagnosis {
    match refusal.status {
        429 => Diagnosis::transient(Cause::Throttled),
        500.. => Diagnosis::transient(Cause::Unavailable),
        _ => Diagnosis::lasting(Cause::Unavailable),
    }
}

const TXT: Source = Source {
    id: "",
    title: "",
    api: &DNS,
    path: "{id}",
    call: Call::Lookup(RecordKind::Txt),
    permissions: &[],
    licence: None,
    role: None,
    lists: &[],
    fills: &[],
    docs: "",
};

pub(crate) static SPF: Source = Source {
    id: "dns.spf",
    title: "Who may send mail for the domains (SPF)",
    fills: &[
        "mail_domains.spf_records",
        "mail_domains.spf_record",
        "mail_domains.spf_all",
        "mail_domains.spf_lookups",
        "mail_domains.spf_error",
    ],
    docs: "https://www.rfc-editor.org/rfc/rfc7208",
    ..TXT
};

/// Whether a list that is asked anew for each message lets a stranger send.
pub(crate) static SPF_EXISTS: Source = Source {
    id: "dns.spf_exists",
    title: "Lists of senders that are asked for each message (SPF)",
    call: Call::Lookup(RecordKind::A),
    fills: &["mail_domains.spf_all", "mail_domains.spf_lookups", "mail_domains.spf_error"],
    docs: "https://www.rfc-editor.org/rfc/rfc7208",
    ..TXT
};

/// Whom a term lets send that depends on what the sender writes.
pub(crate) static SPF_BY_SENDER: Source = Source {
    id: "dns.spf_by_sender",
    title: "Senders that an SPF record lets in by what they write",
    path: "",
    call: Call::NoApi {
        portal: "the domain's SPF record, have whoever keeps it name servers in place of the term with a percent sign",
    },
    fills: &["mail_domains.spf_all", "mail_domains.spf_lookups", "mail_domains.spf_error"],
    docs: "https://www.rfc-editor.org/rfc/rfc7208",
    ..TXT
};

pub(crate) static DKIM: Source = Source {
    id: "dns.dkim",
    title: "Keys that sign mail (DKIM)",
    fills: &["mail_domains.dkim_selectors"],
    docs: "https://www.rfc-editor.org/rfc/rfc6376",
    ..TXT
};

pub(crate) static DMARC: Source = Source {
    id: "dns.dmarc",
    title: "What becomes of forged mail (DMARC)",
    path: "_dmarc.{id}",
    fills: &[
        "mail_domains.dmarc_at",
        "mail_domains.dmarc_policy",
        "mail_domains.dmarc_subdomain_policy",
        "mail_domains.dmarc_percent",
        "mail_domains.dmarc_reports",
    ],
    docs: "https://www.rfc-editor.org/rfc/rfc7489",
    ..TXT
};

pub(crate) static MTA_STS: Source = Source {
    id: "dns.mta_sts",
    title: "Whether mail must come encrypted (MTA-STS)",
    path: "_mta-sts.{id}",
    fills: &["mail_domains.mta_sts_mode"],
    docs: "https://www.rfc-editor.org/rfc/rfc8461",
    ..TXT
};

pub(crate) static MTA_STS_POLICY: Source = Source {
    id: "dns.mta_sts_policy",
    title: "The policy that MTA-STS announces",
    api: &WEB,
    path: "/.well-known/mta-sts.txt",
    call: Call::Get,
    fills: &["mail_domains.mta_sts_mode"],
    docs: "https://www.rfc-editor.org/rfc/rfc8461",
    ..TXT
};

pub(crate) static TLS_REPORTS: Source = Source {
    id: "dns.tls_reports",
    title: "Reports of failed encryption (TLS-RPT)",
    path: "_smtp._tls.{id}",
    fills: &["mail_domains.tls_reports"],
    docs: "https://www.rfc-editor.org/rfc/rfc8460",
    ..TXT
};

pub(crate) static MX: Source = Source {
    id: "dns.mx",
    title: "Servers that take mail",
    call: Call::Lookup(RecordKind::Mx),
    fills: &["mail_domains.mail_servers"],
    docs: "https://www.rfc-editor.org/rfc/rfc5321",
    ..TXT
};

/// The closed list of what is asked.
pub(crate) const ALL: &[&Source] =
    &[&MX, &SPF, &SPF_EXISTS, &SPF_BY_SENDER, &DKIM, &DMARC, &MTA_STS, &MTA_STS_POLICY, &TLS_REPORTS];
