//! Signing in to Google Workspace as a service account that acts for an administrator (domain-wide delegation): tokens held
//! in memory alone.
//! Source: developers.google.com/identity/protocols/oauth2/service-account#delegatingauthority.

mod assertion;
mod credential;
mod error;
mod file;
mod iam;
mod identity;
mod people;
mod refusal;
mod token;
mod wire;

use std::collections::BTreeSet;
use std::sync::Arc;

use futures::{StreamExt, stream};
use reqwest::Url;
use secrecy::SecretString;
use tenantscan_model::Cause;
use tenantscan_provider::{Network, Source, TokenFuture, Tokens};
use tokio::sync::{Mutex, MutexGuard, OnceCell};

use assertion::Claims;
pub use credential::Credential;
use credential::{Key, Signer};
pub use error::{CredentialError, SignInError};
use identity::Identity;
use people::People;
use refusal::Asker;
use token::Token;
use wire::{Reply, Wire};

/// How many scopes are asked for at the same time, when each is asked for alone.
const AT_ONCE: usize = 4;
/// Where the sources of the Gmail API lie: each is asked for in the name of whoever the mailbox belongs to.
const MAILBOXES: &str = "/gmail/v1/users/";

/// Which scopes the practice has granted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Granted {
    /// Those that a token can be had for.
    pub granted: BTreeSet<&'static str>,
    /// Those that Google refused.
    pub refused: BTreeSet<&'static str>,
}

/// Signs in and keeps the tokens.
#[derive(Debug)]
pub struct SignIn {
    wire: Wire,
    credential: Credential,
    subject: Option<String>,
    scopes: BTreeSet<&'static str>,
    state: Mutex<State>,
    /// The token of whoever asks Google to sign.
    caller: Mutex<Option<Token>>,
    /// The service account attached to this computer.
    attached: OnceCell<String>,
    people: People,
}

#[derive(Debug, Default)]
enum State {
    #[default]
    New,
    /// Signed in, with a token for all that is granted.
    In { scopes: Granted, token: Token },
    /// Nothing is granted.
    Out(SignInError),
}

impl SignIn {
    /// Prepares the sign-in; nothing is sent yet. `subject` is the administrator that the service account acts for, `scopes`
    /// are those of all wanted sources.
    pub fn new(
        network: Arc<Network>,
        credential: Credential,
        subject: Option<String>,
        scopes: BTreeSet<&'static str>,
    ) -> Self {
        Self {
            wire: Wire::new(network),
            credential,
            subject,
            scopes,
            state: Mutex::default(),
            caller: Mutex::default(),
            attached: OnceCell::new(),
            people: People::default(),
        }
    }

    /// Signs in, and says which scopes are granted: all at once, or where one that is missing spoils that, each alone.
    ///
    /// # Errors
    /// When nothing at all is granted, Google refuses for another reason, or it cannot be reached.
    pub async fn check(&self) -> Result<Granted, SignInError> {
        match &*self.signed_in(None).await? {
            State::In { scopes, .. } => Ok(scopes.clone()),
            State::Out(error) => Err(error.clone()),
            State::New => Ok(Granted::default()),
        }
    }

    /// Where the sign-in stands, after it was done or renewed where it had to be.
    async fn signed_in(&self, refused: Option<&SecretString>) -> Result<MutexGuard<'_, State>, SignInError> {
        let mut state = self.state.lock().await;
        let known = match &*state {
            State::In { token, .. } if token.holds(refused) => return Ok(state),
            State::Out(_) => return Ok(state),
            State::In { scopes, .. } => scopes.clone(),
            State::New if self.scopes.is_empty() => return Ok(state),
            State::New => Granted { granted: self.scopes.clone(), refused: BTreeSet::new() },
        };
        *state = self.sign_in(known).await?;
        Ok(state)
    }

    /// Asks for a token with all scopes that are thought to be granted.
    async fn sign_in(&self, mut known: Granted) -> Result<State, SignInError> {
        let subject = self.subject()?;
        let wanted: Vec<&'static str> = known.granted.iter().copied().collect();
        let reply = self.ask(subject, &wanted).await?;
        if reply.is_success() {
            return Ok(State::In { scopes: known, token: reply.token()? });
        }
        let account = self.account().await?;
        let asker = self.asker(account, subject);
        let code = refusal::of_scopes(&reply).ok_or_else(|| refusal::assertion(&reply, &asker))?;
        let nothing = |scopes: &[&str]| refusal::delegation(code, &asker, scopes);
        if wanted.len() > 1 {
            known.granted.clear();
            let each = wanted.iter().map(|&scope| async move { (scope, self.ask(subject, &[scope]).await) });
            let each: Vec<_> = each.collect();
            let mut answers = stream::iter(each).buffered(AT_ONCE);
            while let Some((scope, reply)) = answers.next().await {
                let reply = reply?;
                if reply.is_success() {
                    known.granted.insert(scope);
                } else if refusal::of_scopes(&reply).is_some() {
                    known.refused.insert(scope);
                } else {
                    return Err(refusal::assertion(&reply, &asker));
                }
            }
            if !known.granted.is_empty() {
                let granted: Vec<&'static str> = known.granted.iter().copied().collect();
                let reply = self.ask(subject, &granted).await?;
                if reply.is_success() {
                    return Ok(State::In { scopes: known, token: reply.token()? });
                }
                return Err(match refusal::of_scopes(&reply) {
                    Some(_) => nothing(&granted),
                    None => refusal::assertion(&reply, &asker),
                });
            }
        }
        Ok(State::Out(nothing(&wanted)))
    }

    /// The administrator that the service account acts for.
    fn subject(&self) -> Result<&str, SignInError> {
        let subject = self.subject.as_deref().map(str::trim).filter(|subject| !subject.is_empty());
        let subject = subject.ok_or(SignInError::NoSubject)?;
        match subject.split_once('@') {
            Some((name, domain))
                if !name.is_empty()
                    && domain.contains('.')
                    && !subject.contains(|c: char| c.is_whitespace() || c.is_control()) =>
            {
                Ok(subject)
            }
            _ => Err(SignInError::NotAnAddress(error::plain(subject))),
        }
    }

    /// Asks for a token in a person's name.
    async fn ask(&self, subject: &str, scopes: &[&str]) -> Result<Reply, SignInError> {
        let scope = scopes.join(" ");
        let signed = match &self.credential.signer {
            Signer::Key(key) => assertion::sign(key, &Claims::new(&key.account, Some(subject), &scope))?,
            Signer::Remote { caller, delegates, .. } => {
                let account = self.account().await?;
                let claims = Claims::new(account, Some(subject), &scope);
                let sign = async |token| iam::sign(&self.wire, caller, token, delegates, &claims).await;
                let token = self.caller_token(caller, None).await?;
                let mut reply = sign(&token).await?;
                if reply.status == 401 {
                    let renewed = self.caller_token(caller, Some(&token)).await?;
                    reply = sign(&renewed).await?;
                }
                iam::signed(&reply, caller, account)?
            }
        };
        assertion::exchange(&self.wire, &signed).await
    }

    /// The service account that signs in.
    async fn account(&self) -> Result<&str, SignInError> {
        match &self.credential.signer {
            Signer::Key(Key { account, .. }) | Signer::Remote { account: Some(account), .. } => Ok(account),
            Signer::Remote { account: None, .. } => {
                self.attached.get_or_try_init(|| identity::attached(&self.wire)).await.map(String::as_str)
            }
        }
    }

    /// The token of whoever asks Google to sign.
    async fn caller_token(
        &self,
        caller: &Identity,
        refused: Option<&SecretString>,
    ) -> Result<SecretString, SignInError> {
        let mut kept = self.caller.lock().await;
        if let Some(token) = kept.as_ref().filter(|token| token.holds(refused)) {
            return Ok(token.secret.clone());
        }
        let token = caller.token(&self.wire).await?;
        Ok(kept.insert(token).secret.clone())
    }

    fn asker<'a>(&'a self, account: &'a str, subject: &'a str) -> Asker<'a> {
        let key = match &self.credential.signer {
            Signer::Key(key) => Some(key),
            Signer::Remote { .. } => None,
        };
        Asker {
            account,
            client_id: key.and_then(|key| key.client_id.as_deref()),
            key_id: key.and_then(|key| key.key_id.as_deref()),
            subject,
        }
    }

    /// A token in the name of the person whose mailbox it is.
    async fn token_for(
        &self,
        person: &str,
        scope: &'static str,
        refused: Option<&SecretString>,
    ) -> Result<SecretString, Cause> {
        let slot = self.people.slot(person, scope);
        let mut kept = slot.lock().await;
        match &*kept {
            Some(Ok(token)) if token.holds(refused) => return Ok(token.secret.clone()),
            Some(Err(cause)) => return Err(*cause),
            _ => {}
        }
        let reply = self.ask(person, &[scope]).await.map_err(|_| Cause::SignInFailed)?;
        if reply.is_success() {
            let token = reply.token().map_err(|_| Cause::SignInFailed)?;
            return Ok(kept.insert(Ok(token)).as_ref().map_err(|cause| *cause)?.secret.clone());
        }
        if !refusal::of_person(&reply) {
            return Err(Cause::SignInFailed);
        }
        *kept = Some(Err(Cause::Unavailable));
        Err(Cause::Unavailable)
    }
}

/// Whose mailbox an address is, where it is one.
fn person<'u>(source: &Source, url: &'u Url) -> Result<Option<&'u str>, Cause> {
    if !source.path.starts_with(MAILBOXES) {
        return Ok(None);
    }
    let person = url.path().strip_prefix(MAILBOXES).and_then(|rest| rest.split('/').next());
    match person {
        Some(person) if person.contains('@') && !person.contains('%') => Ok(Some(person)),
        _ => Err(Cause::SignInFailed),
    }
}

impl Tokens for SignIn {
    fn token<'a>(
        &'a self,
        source: &'static Source,
        url: &'a Url,
        refused: Option<&'a SecretString>,
    ) -> TokenFuture<'a> {
        Box::pin(async move {
            let host = crate::ask::host(source.api).filter(|host| crate::is_host(host));
            if url.scheme() != "https" || url.port().is_some() || host.is_none() || url.host_str() != host {
                return Err(Cause::SignInFailed);
            }
            let person = person(source, url)?;
            // A token that was refused in a person's name is no reason to replace the administrator's.
            let of_administrator = refused.filter(|_| person.is_none());
            let state = self.signed_in(of_administrator).await.map_err(|_| Cause::SignInFailed)?;
            let State::In { scopes, token } = &*state else { return Err(Cause::PermissionMissing) };
            let scope = source.permissions.iter().find(|scope| scopes.granted.contains(**scope));
            let scope = *scope.ok_or(Cause::PermissionMissing)?;
            let Some(person) = person else { return Ok(token.secret.clone()) };
            drop(state);
            self.token_for(person, scope, refused).await
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::users::USERS;

    fn sign_in(subject: Option<&str>) -> SignIn {
        let network = Network::new(&tenantscan_provider::NetworkOptions::default()).expect("a network");
        let credential = Credential::attached(Some("scan@p.iam.gserviceaccount.com")).expect("a credential");
        SignIn::new(
            Arc::new(network),
            credential,
            subject.map(str::to_owned),
            USERS.permissions.iter().copied().collect(),
        )
    }

    #[tokio::test]
    async fn an_administrator_must_be_named() {
        for nobody in [None, Some(""), Some("  ")] {
            let error = sign_in(nobody).check().await.expect_err("nobody is named");
            assert_eq!(error, SignInError::NoSubject);
            assert!(error.to_string().contains("next: give the address of an administrator"), "{error}");
        }
        for wrong in ["admin", "admin@cedar", "@cedar.example", "a b@cedar.example"] {
            let error = sign_in(Some(wrong)).check().await.expect_err(wrong);
            assert!(matches!(error, SignInError::NotAnAddress(_)), "{error}");
        }
    }

    #[tokio::test]
    async fn a_token_goes_to_no_other_host() {
        let sign_in = sign_in(Some("admin@cedar.example"));
        for url in [
            "https://evil.example/admin/directory/v1/users",
            "https://gmail.googleapis.com/admin/directory/v1/users",
            "https://admin.googleapis.com.evil.example/admin/directory/v1/users",
            "http://admin.googleapis.com/admin/directory/v1/users",
            "https://admin.googleapis.com:8443/admin/directory/v1/users",
        ] {
            let url = url.parse().expect("an address");
            let token = sign_in.token(&USERS, &url, None).await;
            assert_eq!(token.map(|_| ()), Err(Cause::SignInFailed), "{url}");
        }
    }
}
