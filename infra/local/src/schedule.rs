//! Schedules of the template, fired on the wall clock in their time zone, as EventBridge Scheduler does.

use std::str::FromStr;
use std::time::Duration;

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use chrono_tz::Tz;
use serde_json::Value;

use crate::functions::Invoker;
use crate::template::{Schedule, TemplateError};

/// Once after the start, what was missed while the program was off is caught up.
const FIRST: TimeDelta = TimeDelta::seconds(5);

/// A sleeping laptop wakes late: the clock is looked at this often.
const GLANCE: Duration = Duration::from_secs(20);

/// When a schedule is due.
#[derive(Debug, Clone)]
enum Rhythm {
    Cron(Box<cron::Schedule>, Tz),
    Every(TimeDelta),
}

impl Rhythm {
    fn read(schedule: &Schedule) -> Result<Self, TemplateError> {
        let unknown = || TemplateError::at(&schedule.id, format!("horaire inconnu : {}", schedule.expression));
        let expression = schedule.expression.trim().strip_suffix(')').ok_or_else(unknown)?;
        match expression.split_once('(').ok_or_else(unknown)? {
            ("cron", fields) => {
                let zone = Tz::from_str(&schedule.timezone).map_err(|_| unknown())?;
                // AWS has no field for seconds; the rest is the same Quartz form.
                let cron = cron::Schedule::from_str(&format!("0 {fields}")).map_err(|_| unknown())?;
                Ok(Self::Cron(Box::new(cron), zone))
            }
            ("rate", fields) => every(fields).map(Self::Every).ok_or_else(unknown),
            _ => Err(unknown()),
        }
    }

    fn next(&self, after: DateTime<Utc>) -> Option<DateTime<Utc>> {
        match self {
            Self::Cron(cron, zone) => cron.after(&after.with_timezone(zone)).next().map(|due| due.to_utc()),
            Self::Every(period) => after.checked_add_signed(*period),
        }
    }
}

/// `1 hour`, `5 minutes`, `2 days`.
fn every(fields: &str) -> Option<TimeDelta> {
    let (count, unit) = fields.split_once(' ')?;
    let count = count.parse().ok().filter(|count| *count > 0)?;
    match unit.trim_end_matches('s') {
        "minute" => TimeDelta::try_minutes(count),
        "hour" => TimeDelta::try_hours(count),
        "day" => TimeDelta::try_days(count),
        _ => None,
    }
}

/// Makes the task that calls the function whenever it is due.
pub(crate) fn keep(
    schedule: &Schedule,
    invoker: Invoker,
) -> Result<impl Future<Output = ()> + Send + use<>, TemplateError> {
    let rhythm = Rhythm::read(schedule)?;
    let schedule = schedule.clone();
    event(&schedule, Utc::now())?;
    Ok(async move {
        let mut due = Some(Utc::now() + FIRST);
        while let Some(instant) = due {
            sleep_until(instant).await;
            call(&schedule, &invoker, instant).await;
            due = rhythm.next(Utc::now());
        }
    })
}

async fn sleep_until(instant: DateTime<Utc>) {
    while let Ok(left) = (instant - Utc::now()).to_std() {
        tokio::time::sleep(left.min(GLANCE)).await;
    }
}

async fn call(schedule: &Schedule, invoker: &Invoker, instant: DateTime<Utc>) {
    let Ok(event) = event(schedule, instant) else { return };
    if let Err(error) = invoker.invoke(event).await {
        tracing::error!(schedule = schedule.id, %error, "appel programmé en échec");
    }
}

/// The input the template gives, with the scheduler's own words filled in.
fn event(schedule: &Schedule, instant: DateTime<Utc>) -> Result<Value, TemplateError> {
    let words = [
        ("<aws.scheduler.scheduled-time>", instant.to_rfc3339_opts(SecondsFormat::Secs, true)),
        ("<aws.scheduler.execution-id>", format!("{}-{}", schedule.id, instant.timestamp())),
        ("<aws.scheduler.attempt-number>", "1".to_owned()),
        ("<aws.scheduler.schedule-arn>", schedule.id.clone()),
    ];
    let input = words.iter().fold(schedule.input.clone(), |input, (word, value)| input.replace(word, value));
    serde_json::from_str(&input).map_err(|error| TemplateError::at(&schedule.id, format!("Input illisible, {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(expression: &str, after: &str) -> Option<String> {
        let schedule = Schedule {
            id: "Tick".to_owned(),
            expression: expression.to_owned(),
            timezone: "Europe/Paris".to_owned(),
            input: "{}".to_owned(),
        };
        let next = Rhythm::read(&schedule).ok()?.next(after.parse().unwrap())?;
        Some(next.to_rfc3339_opts(SecondsFormat::Secs, true))
    }

    #[test]
    fn a_cron_is_due_by_the_clocks_of_paris() {
        let five = "cron(0 5 * * ? *)";
        assert_eq!(next(five, "2026-03-28T12:00:00Z").as_deref(), Some("2026-03-29T03:00:00Z"));
        assert_eq!(next(five, "2026-10-24T12:00:00Z").as_deref(), Some("2026-10-25T04:00:00Z"));
        assert_eq!(next("cron(0 * * * ? *)", "2026-01-01T08:00:00Z").as_deref(), Some("2026-01-01T09:00:00Z"));
        assert_eq!(next("cron(30 6 ? * MON-FRI *)", "2026-01-02T12:00:00Z").as_deref(), Some("2026-01-05T05:30:00Z"));
    }

    #[test]
    fn a_rate_is_due_after_its_period() {
        assert_eq!(next("rate(1 hour)", "2026-01-01T08:10:00Z").as_deref(), Some("2026-01-01T09:10:00Z"));
        assert_eq!(next("rate(5 minutes)", "2026-01-01T08:10:00Z").as_deref(), Some("2026-01-01T08:15:00Z"));
    }

    #[test]
    fn other_expressions_are_refused() {
        for wrong in ["at(2026-01-01T00:00:00)", "rate(0 hours)", "cron(every day)", "hourly"] {
            assert_eq!(next(wrong, "2026-01-01T08:00:00Z"), None, "{wrong}");
        }
    }
}
