//! The pace of sending: SES allows the account so many mails a second, and the mailers share them.

use std::time::Duration;

use lambda::environment::{Environment, SettingError};
use tokio::sync::Mutex;
use tokio::time::{Instant, sleep_until};

/// Lets one mail go after the other.
pub(crate) struct Pace {
    /// How long after a mail the next one goes.
    gap: Duration,
    next: Mutex<Instant>,
}

impl Pace {
    /// Reads `MAILS_PER_SECOND` and `MAIL_SENDERS`, how many mailers may run at once.
    pub(crate) fn of(environment: &Environment) -> Result<Self, SettingError> {
        let (rate, senders) = (number(environment, "MAILS_PER_SECOND")?, number(environment, "MAIL_SENDERS")?);
        Ok(Self::every(Duration::from_micros(1_000_000 * u64::from(senders) / u64::from(rate))))
    }

    fn every(gap: Duration) -> Self {
        Self { gap, next: Mutex::new(Instant::now()) }
    }

    /// Waits for the turn of a mail.
    pub(crate) async fn turn(&self) {
        let mut next = self.next.lock().await;
        let turn = self.after(&mut next, Instant::now());
        drop(next);
        sleep_until(turn).await;
    }

    /// When the mail of this instant goes; a rest is not made up for.
    fn after(&self, next: &mut Instant, now: Instant) -> Instant {
        let turn = (*next).max(now);
        *next = turn + self.gap;
        turn
    }
}

fn number(environment: &Environment, name: &str) -> Result<u32, SettingError> {
    let unusable = || SettingError { name: name.to_owned(), problem: "is no number from 1 on".to_owned() };
    environment.required(name)?.parse().ok().filter(|number| *number > 0).ok_or_else(unusable)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mails_go_one_gap_apart_and_a_rest_is_not_made_up_for() {
        let gap = Duration::from_millis(250);
        let (pace, start) = (Pace::every(gap), Instant::now());
        let mut next = start;
        let turns: Vec<Duration> = (0..3).map(|_| pace.after(&mut next, start) - start).collect();
        assert_eq!(turns, [Duration::ZERO, gap, 2 * gap]);
        let later = start + Duration::from_secs(60);
        assert_eq!((pace.after(&mut next, later), pace.after(&mut next, later)), (later, later + gap));
    }

    #[test]
    fn the_mailers_share_what_ses_allows() {
        let settings = |rate: &str| [("MAILS_PER_SECOND", rate), ("MAIL_SENDERS", "4")].into_iter().collect();
        assert_eq!(Pace::of(&settings("16")).ok().map(|pace| pace.gap), Some(Duration::from_millis(250)));
        for wrong in ["0", "-1", "many", ""] {
            assert!(Pace::of(&settings(wrong)).is_err(), "{wrong}");
        }
    }
}
