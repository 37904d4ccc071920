//! What the domain name system says of the domains that mail is sent from.
