//! A token in memory, and when it is to be replaced.

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use tokio::time::Instant;

/// How long before its end a token is replaced.
const AHEAD: Duration = Duration::from_secs(5 * 60);
/// How long Google's tokens hold where it does not say.
const USUAL: Duration = Duration::from_secs(3599);

#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) secret: SecretString,
    until: Instant,
}

impl Token {
    pub(super) fn new(secret: SecretString, lifetime: Option<Duration>) -> Self {
        let lifetime = lifetime.unwrap_or(USUAL);
        Self { secret, until: Instant::now() + lifetime.saturating_sub(AHEAD).max(lifetime / 2) }
    }

    /// Whether it can still be used: it is not near its end, and not the one that was refused.
    pub(super) fn holds(&self, refused: Option<&SecretString>) -> bool {
        self.until > Instant::now()
            && refused.is_none_or(|refused| refused.expose_secret() != self.secret.expose_secret())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_token_is_replaced_ahead_of_its_end_and_when_it_was_refused() {
        let token = Token::new("canary".to_owned().into(), Some(Duration::from_secs(3599)));
        assert!(token.holds(None) && token.holds(Some(&"another".to_owned().into())));
        assert!(!token.holds(Some(&"canary".to_owned().into())));
        tokio::time::advance(Duration::from_secs(3599 - 301)).await;
        assert!(token.holds(None));
        tokio::time::advance(Duration::from_secs(2)).await;
        assert!(!token.holds(None));
        let short = Token::new("canary".to_owned().into(), Some(Duration::from_secs(60)));
        assert!(short.holds(None), "one that holds less than five minutes is used half of its time");
        assert!(!format!("{token:?}").contains("canary"));
    }
}
