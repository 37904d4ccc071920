//! What the domain name system says of the domains that mail is sent from.

use crate::Text;
use crate::dataset::dataset;
use crate::dictionary::words;

words! {
    /// What receivers are told to do with mail that comes from none of the listed servers.
    pub enum SpfAll {
        /// `-all`: refuse it.
        Fail = "fail",
        /// `~all`: take it with suspicion.
        SoftFail = "softfail",
        /// `?all`, or nothing said: nothing.
        Neutral = "neutral",
        /// `+all`: everybody may send in the domain's name.
        Pass = "pass",
    }

    /// What receivers are told to do with mail that is not proven to come from the domain.
    pub enum DmarcPolicy {
        /// Let it through, and report.
        None = "none",
        /// Put it aside.
        Quarantine = "quarantine",
        /// Refuse it.
        Reject = "reject",
    }

    /// Whether servers that send mail to the domain must use TLS (RFC 8461).
    pub enum MtaStsMode {
        /// Nothing is published.
        Absent = "absent",
        /// Published as switched off.
        None = "none",
        /// Published, but only to be reported on.
        Testing = "testing",
        /// They must.
        Enforce = "enforce",
        /// Announced, but what is announced cannot be read.
        Broken = "broken",
    }
}

dataset! {
    /// Domains of the tenant that it did not get from the vendor, as the rest of the world sees them.
    mail_domains as mail_domain: MailDomain, singleton = false, label = id {
        /// The domain's name.
        id: Text,
        /// Whether the tenant has it for mail.
        sends_mail: bool,
        /// The servers that take mail for it, each with its preference; empty where there are none.
        mail_servers: Vec<Text>,
        /// How many SPF records it has. More than one is an error to receivers. Source: RFC 7208, section 4.5.
        spf_records: i64,
        /// The SPF record; null where there is none, or more than one.
        spf_record: Option<Text>,
        /// What the SPF record, or the one that it redirects to, says of all other senders; null where there is none.
        spf_all: Option<SpfAll>,
        /// How many questions to the domain name system the SPF record costs. Beyond 10 receivers give up; then the count
        /// stops at 11. Source: RFC 7208, section 4.6.4.
        spf_lookups: Option<i64>,
        /// What is wrong with the SPF record, or with one that it includes: that receivers cannot read it, or that it lets
        /// everybody send; null where nothing is.
        spf_error: Option<Text>,
        /// Which of the usual DKIM selectors (`selector1`, `selector2`, `google`) have a key that receivers accept: RSA keys
        /// of fewer than 1024 bits do not count, nor does what is no key of RSA or Ed25519. Others cannot be guessed, so an
        /// empty list does not mean that there is no key. Source: RFC 6376, section 3.6.1; RFC 8301, section 3.2; RFC 8463.
        dkim_selectors: Vec<Text>,
        /// The name whose DMARC record counts: the domain's own, or that of a domain above it; null where there is none.
        dmarc_at: Option<Text>,
        /// What DMARC asks of receivers for this domain; null where there is no record that they can use.
        /// Source: RFC 7489, section 6.3.
        dmarc_policy: Option<DmarcPolicy>,
        /// What it asks for domains below this one; null where there is no record that they can use.
        dmarc_subdomain_policy: Option<DmarcPolicy>,
        /// For what share of mail the policy is meant, in percent; null where there is no record.
        dmarc_percent: Option<i64>,
        /// Where daily reports go to (`rua`).
        dmarc_reports: Vec<Text>,
        /// Whether servers that send mail here must use TLS.
        mta_sts_mode: MtaStsMode,
        /// Where reports of failed TLS connections go to (`rua` of TLS-RPT, RFC 8460).
        tls_reports: Vec<Text>,
    }
}
