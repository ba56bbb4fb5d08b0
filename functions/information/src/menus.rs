//! `…/menus`: what is eaten in a week, canteen by canteen; agents write a canteen's week.

use std::sync::Arc;

use domain::activity::Activity;
use domain::day::{Day, Week, earlier, later, paris_day, parse_day};
use domain::id::{ActivityId, OrganisationId};
use domain::notice::MenuDay;
use domain::role::Permission;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::keys;
use store::records::{MenuRecord, OrganisationRecord};
use web::app::{App, Caller};
use web::ask::DeskCall;
use web::{ApiError, Call, Reply};

use crate::reader::{Reader, checked_text};

/// How many dishes a day has at most.
const MOST_DISHES: usize = 12;

#[derive(Serialize)]
struct MenusView {
    title: String,
    monday: Day,
    previous: Day,
    next: Day,
    /// Every activity that could have a menu, for who may write one; else only those with one.
    canteens: Vec<CanteenView>,
    may_write: bool,
}

#[derive(Serialize)]
struct CanteenView {
    activity: ActivityId,
    name: String,
    days: Vec<MenuDay>,
    version: u64,
}

/// One wave: the caller's items and the organisation, the memberships, the menus of the week.
pub(crate) async fn show_menus(app: Arc<App>, call: Call) -> Result<Reply, ApiError> {
    app.caller(&call).await?;
    let id: OrganisationId = call.path("organisation")?;
    let week = Week::of(asked_day(&call)?);
    let menus = keys::menus(&id, week);
    let reading = app.table.query::<MenuRecord>(&menus);
    let (reader, menus) = tokio::join!(Reader::open(&app, &call, |id| vec![keys::organisation(id)]), reading);
    let own = reader?.own;
    let may_write = own.agent_of(&id).is_ok_and(|access| access.demand(Permission::Publish).is_ok());
    let record: Option<OrganisationRecord> = own.get(&keys::organisation(&id))?;
    let organisation = record.ok_or_else(ApiError::not_found)?.organisation;
    let menus = menus?;
    let canteen = |activity: &Activity| {
        let menu = menus.iter().find(|menu| menu.activity == activity.id);
        let days = menu.map(|menu| menu.days.clone()).unwrap_or_default();
        let (activity, name) = (activity.id.clone(), activity.name.clone());
        (may_write || !days.is_empty()).then(|| CanteenView {
            activity,
            name,
            days,
            version: menu.map_or(0, |menu| menu.version),
        })
    };
    Reply::json(&MenusView {
        title: week.title(),
        monday: week.monday(),
        previous: earlier(week.monday(), 7),
        next: later(week.monday(), 7),
        canteens: organisation.activities.iter().filter_map(canteen).collect(),
        may_write,
    })
}

fn asked_day(call: &Call) -> Result<Day, ApiError> {
    let unreadable = || ApiError::invalid("day", "Ce jour n’existe pas. Écrivez-le comme 2015-05-25.");
    match call.query("day") {
        None => Ok(paris_day(call.moment.business)),
        Some(text) => parse_day(&text).ok_or_else(unreadable),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    days: Vec<MenuDay>,
    version: u64,
}

/// Two waves. A week that is written empty has no menu; from then on the folder says nothing of this week any more.
pub(crate) async fn write_menu(app: Arc<App>, call: Call) -> Result<Reply, ApiError> {
    app.caller(&call).await?;
    let activity: ActivityId = call.path("activity")?;
    let day: String = call.path("day")?;
    let week = Week::of(parse_day(&day).ok_or_else(ApiError::not_found)?);
    let needed = |id: &OrganisationId, _: &Caller| vec![keys::organisation(id), keys::menu(id, week, &activity)];
    let desk = DeskCall::open(&app, &call, Permission::Publish, needed).await?;
    let body: Body = call.body()?;
    desk.record()?.organisation.activity(&activity).ok_or_else(ApiError::not_found)?;
    let known: Option<MenuRecord> = desk.get(&keys::menu(&desk.organisation, week, &activity))?;
    let read = known.map_or(0, |menu| menu.version);
    if read != body.version {
        return Err(ApiError::changed_meanwhile());
    }
    let days = checked(body.days, week)?;
    let (organisation, edited) = (desk.organisation.clone(), Some(desk.access.said.clone()));
    let menu = MenuRecord { organisation, activity, monday: week.monday(), days, edited, version: read + 1 };
    let mut transaction = desk.begin();
    transaction.put_over(&menu, read);
    app.table.write(transaction).await?;
    Reply::json(&json!({ "version": menu.version }))
}

/// Days of the week, each once, in order, each with dishes.
fn checked(mut days: Vec<MenuDay>, week: Week) -> Result<Vec<MenuDay>, ApiError> {
    days.sort_by_key(|menu| menu.day);
    let outside = days.iter().any(|menu| !week.days().contains(&menu.day));
    if outside || days.windows(2).any(|pair| pair[0].day == pair[1].day) {
        return Err(ApiError::invalid("days", "Un menu a les jours de sa semaine, chacun une fois."));
    }
    for menu in &mut days {
        let field = menu.day.to_string();
        if menu.dishes.len() > MOST_DISHES {
            return Err(ApiError::invalid(&field, format!("{MOST_DISHES} plats au plus.")));
        }
        let dishes = menu.dishes.iter().map(|dish| checked_text(&field, dish, 200));
        menu.dishes = dishes.collect::<Result<_, _>>()?;
        for text in [&mut menu.labels, &mut menu.allergens] {
            *text = text.trim().to_owned();
            if text.chars().count() > 200 {
                return Err(ApiError::invalid(&field, "200 caractères au plus."));
            }
        }
    }
    days.retain(|menu| !menu.dishes.is_empty());
    Ok(days)
}
