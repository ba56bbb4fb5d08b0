//! `GET …/history`: who changed what, when, for the days of one week.

use std::sync::Arc;

use domain::day::{Day, Week, hour, in_paris, short_date};
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
}

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
    let (at, week) = (path_of(&call)?, Week::of(asked_day(&call)?));
    let changes = keys::changes_of_week(&at.organisation, &at.family, week);
    let changes = async { Ok(app.table.query::<ChangeRecord>(&changes).await?) };
    let household = Household::open(&app, &call, Who::FamilyOr(Permission::SeeFamilies), &[]);
    let (household, mut changes) = tokio::try_join!(household, changes)?;
    changes.retain(|change| change.from != change.to || change.absence.is_some() || change.undoes.is_some());
    changes.sort_by_key(|change| std::cmp::Reverse(change.at));
    Reply::json(&HistoryView { changes: changes.into_iter().map(|change| view(&household, change)).collect() })
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
