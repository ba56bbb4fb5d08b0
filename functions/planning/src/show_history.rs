//! `GET …/history`: who changed what, when, for the days of one week, or of so many around it.

use std::sync::Arc;

use domain::day::{Day, Week, earlier, hour, in_paris, later, short_date};
use domain::planning::Want;
use domain::role::Permission;
use serde::Serialize;
use store::keys;
use store::records::ChangeRecord;
use web::app::App;
use web::ask::Who;
use web::{ApiError, Call, Reply};

use crate::load::{Household, asked_day, path_of};
use crate::view::shown;

#[derive(Serialize)]
struct HistoryView {
    changes: Vec<ChangeView>,
    /// Whether there are older ones of these weeks.
    more: bool,
}

/// How many weeks before and after one are told at most.
const MOST_WEEKS: u64 = 26;
/// How many changes of several weeks are told at once, the newest first; one week is told whole.
const SHOWN: usize = 300;

#[derive(Serialize)]
struct ChangeView {
    at: String,
    who: String,
    child: String,
    activity: String,
    day: Day,
    from: Want,
    to: Want,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    sentence: String,
}

pub(crate) async fn show_history(app: Arc<App>, call: Call) -> Result<Reply, ApiError> {
    app.caller(&call).await?;
    let (at, day, around) = (path_of(&call)?, asked_day(&call)?, asked_weeks(&call)?);
    let (from, to) = (Week::of(earlier(day, 7 * around)), Week::of(later(day, 7 * around)));
    let changes = keys::changes(&at.organisation, &at.family, from, to);
    let changes = async { Ok(app.table.query::<ChangeRecord>(&changes).await?) };
    let household = Household::open(&app, &call, Who::FamilyOr(Permission::SeeFamilies), &[]);
    let (household, mut changes) = tokio::try_join!(household, changes)?;
    changes.retain(|change| change.from != change.to || change.absence.is_some() || change.undoes.is_some());
    changes.sort_by_key(|change| std::cmp::Reverse(change.at));
    let more = around > 0 && changes.len() > SHOWN;
    changes.truncate(if more { SHOWN } else { usize::MAX });
    Reply::json(&HistoryView { changes: changes.into_iter().map(|change| view(&household, change)).collect(), more })
}

/// How many weeks before and after that of the day are asked for; none where the query says nothing.
fn asked_weeks(call: &Call) -> Result<u64, ApiError> {
    let Some(text) = call.query("weeks") else { return Ok(0) };
    let weeks = text.parse::<u64>().ok().filter(|weeks| *weeks <= MOST_WEEKS);
    weeks.ok_or_else(|| ApiError::invalid("weeks", format!("Demandez de 0 à {MOST_WEEKS} semaines.")))
}

fn view(household: &Household, change: ChangeRecord) -> ChangeView {
    let child = household.family.child(&change.child).map(|child| child.first_name.clone());
    let child = child.unwrap_or_else(|| change.child.to_string());
    let activity = household.organisation.activity(&change.activity).map(|activity| activity.name.clone());
    let activity = activity.unwrap_or_else(|| change.activity.to_string());
    let at = in_paris(change.at);
    let verb = match (change.from, change.to) {
        _ if change.undoes.is_some() => "a annulé son changement pour",
        (Want::Waiting, Want::Booked) => "a donné une place à",
        (_, Want::Booked) => "a inscrit",
        (_, Want::Waiting) => "a mis en liste d’attente",
        (Want::Waiting, Want::Free) => "a retiré de la liste d’attente",
        (_, Want::Free) => "a annulé pour",
    };
    let verb = if change.absence.is_some() { "a signalé l’absence de" } else { verb };
    let said_why = change.absence.as_ref().map(|absence| absence.reason.clone()).or(change.reason.clone());
    let reason = said_why.map(|reason| format!(" Motif : {reason}.")).unwrap_or_default();
    let (moment, clock) = (short_date(at.date_naive()), hour(at.time()));
    let sentence = format!(
        "Le {moment} à {clock}, {} {verb} {child} : {activity}, {}.{reason}",
        change.said,
        short_date(change.day)
    );
    ChangeView {
        at: shown(change.at),
        who: change.said,
        child,
        activity,
        day: change.day,
        from: change.from,
        to: change.to,
        reason: change.reason,
        sentence,
    }
}
