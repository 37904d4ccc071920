//! Addresses of mail.

use tenantscan_model::Text;

/// Whether a domain is this one, or lies in it. Case does not matter.
pub fn lies_in(domain: &str, own: &str) -> bool {
    let (domain, own) = (domain.to_lowercase(), own.to_lowercase());
    domain == own || domain.strip_suffix(&*own).is_some_and(|rest| rest.ends_with('.'))
}

/// The domain of an address, in small letters; none for what is no address.
pub fn mail_domain(address: &str) -> Option<Text> {
    let (local, domain) = address.trim().rsplit_once('@')?;
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-');
    let whole = !local.is_empty() && !domain.is_empty() && domain.chars().all(plain);
    whole.then(|| domain.trim_end_matches('.').to_lowercase().into())
}
