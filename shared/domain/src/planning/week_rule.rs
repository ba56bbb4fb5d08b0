//! Days of a week that go together: whole weeks, or at least so many days.

use super::cell::Spot;
use crate::activity::{Activity, WeekRule};
use crate::calendar::Calendar;
use crate::day::{Day, Week};

/// How many days of a week must be booked, when one is; never more than those on which the activity opens.
pub fn least_days(activity: &Activity, week: Week, calendar: &Calendar) -> usize {
    let open = week.days().iter().filter(|day| activity.closed(**day, calendar).is_none()).count();
    let holiday = || week.days().iter().any(|day| calendar.public_holiday(*day).is_some() && of_it(activity, *day));
    match activity.week {
        None => 0,
        Some(WeekRule::Whole) => open,
        Some(WeekRule::Least { days, short }) => {
            let least = if holiday() { short } else { days };
            open.min(usize::try_from(least).unwrap_or(usize::MAX))
        }
    }
}

fn of_it(activity: &Activity, day: Day) -> bool {
    activity.weekdays.contains(&chrono::Datelike::weekday(&day))
}

/// Why a week with so many booked days may not be; `None` when it may.
pub fn refuses_week(spot: Spot, booked: usize) -> Option<String> {
    let least = least_days(spot.activity, Week::of(spot.day), &spot.organisation.calendar);
    (booked > 0 && booked < least).then(|| match spot.activity.week {
        Some(WeekRule::Whole) => format!("{} se réserve par semaine entière", spot.activity.name),
        _ => format!("{} se réserve pour {least} jours par semaine au moins", spot.activity.name),
    })
}
