//! `GET …/history`: who changed what, when, for the days of one week.

use std::sync::Arc;

use serde::Serialize;
use shared::app::App;
use shared::aws::keys;
use shared::aws::records::ChangeRecord;
use shared::domain::day::{Day, hour, in_paris, short_date};
use shared::domain::planning::Want;
use shared::http::{ApiError, Call, Reply};

use crate::load::{Loaded, Place, asked_week, needed};
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
    let place = Place::of(&call)?;
    let caller = app.caller(&call).await?;
    let week = asked_week(&call)?;
    let changes = keys::changes_of_week(&place.organisation, &place.family, week);
    let needed = needed(&caller, &place);
    let (items, changes) = tokio::join!(app.table.batch_get(&needed), app.table.query::<ChangeRecord>(&changes));
    let loaded = Loaded::from(&caller, &place, week, call.moment, &items?, Vec::new())?;
    let mut changes = changes?;
    changes.retain(|change| change.from != change.to);
    changes.sort_by_key(|change| std::cmp::Reverse(change.at));
    Reply::json(&HistoryView { changes: changes.into_iter().map(|change| view(&loaded, change)).collect() })
}

fn view(loaded: &Loaded, change: ChangeRecord) -> ChangeView {
    let child = loaded.family.family.child(&change.child).map(|child| child.first_name.clone());
    let child = child.unwrap_or_else(|| change.child.to_string());
    let activity = loaded.organisation.activity(&change.activity).map(|activity| activity.name.clone());
    let activity = activity.unwrap_or_else(|| change.activity.to_string());
    let at = in_paris(change.at);
    let verb = match change.to {
        Want::Booked => "a inscrit",
        Want::Free => "a annulé pour",
    };
    let reason = change.reason.as_ref().map(|reason| format!(" Raison : {reason}.")).unwrap_or_default();
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
