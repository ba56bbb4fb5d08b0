//! The mails about a planning: a place that was freed, days that close, what changed, what is still to be decided.

use std::collections::{BTreeMap, BTreeSet};

use domain::day::{Day, Week, long_date, short_date};
use domain::family::Family;
use domain::id::{ActivityId, ChildId, FamilyId, OrganisationId};
use domain::money::{euros, signed_euros};
use domain::organisation::Organisation;
use domain::planning::{State, Want, child_week};
use domain::text::list;
use lambda::Error;
use mail::Template;
use store::records::{BookingRecord, Cancelled, ChangeRecord, FamilyRecord, Message, OrganisationRecord};
use store::{Facts, Gathered, keys};

use crate::MailerApp;
use crate::content::{Content, content_of};

/// How many days are named one by one; more are counted.
const NAMED: usize = 6;

/// The organisation and the family a mail is about.
struct About {
    organisation: Organisation,
    family: Family,
}

impl About {
    fn child(&self, id: &ChildId) -> String {
        self.family.child(id).map_or_else(|| id.to_string(), |child| child.first_name.clone())
    }

    fn activity(&self, id: &ActivityId) -> String {
        self.organisation.activity(id).map_or_else(|| id.to_string(), |activity| activity.name.clone())
    }
}

/// What a mail about a planning says; `None` when there is nothing left to say.
pub(crate) async fn content(app: &MailerApp, message: &Message) -> Result<Option<Content>, Error> {
    let (Message::PlaceFreed { organisation, family, .. }
    | Message::DaysClosed { organisation, family, .. }
    | Message::Digest { organisation, family, .. }
    | Message::Reminder { organisation, family, .. }) = message
    else {
        return Ok(None);
    };
    let Some(about) = about(app, organisation, family).await? else { return Ok(None) };
    let (template, words, day) = match message {
        Message::PlaceFreed { child, activity, day, .. } => {
            (Template::PlaceFreed, place_freed(&about, child, activity, *day), Some(*day))
        }
        Message::DaysClosed { name, cancelled, given_back, .. } => {
            let day = cancelled.iter().map(|one| one.day).min();
            (Template::DaysClosed, days_closed(&about, name, cancelled, *given_back), day)
        }
        Message::Digest { requests, .. } => {
            let lines = digest(app, &about, requests).await?;
            let Some(lines) = lines else { return Ok(None) };
            let words = vec![("family", about.family.name.clone()), ("lines", lines)];
            (Template::Digest, words, requests.first().map(|(_, monday, _)| *monday))
        }
        Message::Reminder { monday, .. } => {
            let Some(words) = reminder(app, &about, Week::of(*monday)).await? else { return Ok(None) };
            (Template::Reminder, words, Some(*monday))
        }
        _ => return Ok(None),
    };
    Ok(Some(finished(app, &about, template, words, day)))
}

fn finished(
    app: &MailerApp,
    about: &About,
    template: Template,
    mut words: Vec<(&'static str, String)>,
    day: Option<Day>,
) -> Content {
    let (organisation, family) = (&about.organisation, &about.family);
    let of_day = day.map(|day| format!("&jour={day}")).unwrap_or_default();
    words.push((
        "link",
        format!("{}/planning.html?organisation={}&famille={}{of_day}", app.public_origin, organisation.id, family.id),
    ));
    content_of(template, organisation, words, None)
}

async fn about(app: &MailerApp, organisation: &OrganisationId, family: &FamilyId) -> Result<Option<About>, Error> {
    let wanted = [keys::organisation(organisation), keys::family(organisation, family)];
    let items = app.table.batch_get(&wanted).await?;
    let organisation: Option<OrganisationRecord> = items.get(&wanted[0])?;
    let family: Option<FamilyRecord> = items.get(&wanted[1])?;
    Ok(organisation
        .zip(family)
        .map(|(organisation, family)| About { organisation: organisation.effective(), family: family.family }))
}

fn place_freed(about: &About, child: &ChildId, activity: &ActivityId, day: Day) -> Vec<(&'static str, String)> {
    vec![("child", about.child(child)), ("activity", about.activity(activity)), ("day", short_date(day))]
}

fn days_closed(about: &About, name: &str, cancelled: &[Cancelled], given_back: i64) -> Vec<(&'static str, String)> {
    let lines: Vec<String> = cancelled
        .iter()
        .map(|one| {
            format!("– {}, {} : {}", about.child(&one.child), about.activity(&one.activity), short_date(one.day))
        })
        .collect();
    let credit: u64 = cancelled.iter().filter_map(|one| one.credit).map(u64::from).sum();
    let credit = match credit {
        0 => String::new(),
        cents => {
            format!("Ce que vous aviez payé vous est rendu : {}, déduits de votre prochaine facture.", euros(cents))
        }
    };
    let given_back = match given_back {
        0 => String::new(),
        cents => format!(
            "Ces jours vous étaient déjà comptés : {} sont retirés de ce que vous devez. Ce qui est déjà payé reste \
             en votre faveur.",
            signed_euros(cents)
        ),
    };
    let credit =
        [credit, given_back].into_iter().filter(|sentence| !sentence.is_empty()).collect::<Vec<_>>().join("\n\n");
    vec![("reason", name.to_owned()), ("lines", lines.join("\n")), ("credit", credit)]
}

/// What changed in the end: each cell from its first state to its last; a cell back where it was says nothing.
async fn digest(app: &MailerApp, about: &About, requests: &[(String, Day, Day)]) -> Result<Option<String>, Error> {
    let names: BTreeSet<&str> = requests.iter().map(|(request, _, _)| request.as_str()).collect();
    let spans: BTreeSet<(Day, Day)> = requests.iter().map(|(_, from, to)| (*from, *to)).collect();
    let mut changes: Vec<ChangeRecord> = Vec::new();
    for (from, to) in spans {
        let span = keys::changes(&about.organisation.id, &about.family.id, Week::of(from), Week::of(to));
        changes.extend(app.table.query::<ChangeRecord>(&span).await?);
    }
    changes.retain(|change| names.contains(change.request.as_str()));
    changes.sort_by_key(|change| change.at);
    let mut cells: BTreeMap<(ChildId, ActivityId, Day), (Want, Want, bool)> = BTreeMap::new();
    for change in changes {
        let absent = change.absence.is_some();
        let cell = cells.entry((change.child, change.activity, change.day)).or_insert((change.from, change.to, absent));
        cell.1 = change.to;
        cell.2 |= absent;
    }
    let mut said: BTreeMap<(ChildId, ActivityId, &'static str), Vec<Day>> = BTreeMap::new();
    for ((child, activity, day), (from, to, absent)) in cells {
        let verb = match (from == to, to) {
            (true, _) if absent => "absence signalée",
            (true, _) => continue,
            (false, Want::Booked) => "inscrit",
            (false, Want::Free) => "annulé",
            (false, Want::Waiting) => "en liste d’attente",
        };
        said.entry((child, activity, verb)).or_default().push(day);
    }
    let line = |((child, activity, verb), days): (&(ChildId, ActivityId, &'static str), &Vec<Day>)| {
        format!("– {}, {} : {verb} {}", about.child(child), about.activity(activity), days_said(days))
    };
    let lines: Vec<String> = said.iter().map(line).collect();
    Ok((!lines.is_empty()).then(|| lines.join("\n")))
}

/// `lundi 25 mai et mardi 26 mai`, `137 jours, du 1er septembre 2026 au 2 juillet 2027`.
fn days_said(days: &[Day]) -> String {
    match days {
        [first, .., last] if days.len() > NAMED => {
            format!("{} jours, du {} au {}", days.len(), long_date(*first), long_date(*last))
        }
        days => list(&days.iter().map(|day| short_date(*day)).collect::<Vec<_>>()),
    }
}

/// What is open and not booked in a week, by child and activity.
async fn reminder(app: &MailerApp, about: &About, week: Week) -> Result<Option<Vec<(&'static str, String)>>, Error> {
    let (organisation, family) = (&about.organisation, &about.family);
    let now = app.clock.now().business;
    let span = keys::bookings(&organisation.id, &family.id, week.monday(), week.sunday());
    let lots = keys::lots(&organisation.id, &family.id);
    let (bookings, lots) = tokio::join!(app.table.query::<BookingRecord>(&span), app.table.query(&lots));
    // A week to come: nothing of it is invoiced. A full day, or a missing piece, is told by the page.
    let (rooms, invoiced) = (Vec::new(), Vec::new());
    let facts = Facts::from(Gathered { bookings: bookings?, rooms, lots: lots?, invoiced, documents: None });
    let mut lines = Vec::new();
    for child in &family.children {
        for row in child_week(organisation, child, week, now, &facts).rows {
            let open = row.cells.iter().zip(week.days()).filter(|(cell, _)| cell.state == State::OpenFree);
            let open: Vec<(Day, Option<String>)> =
                open.map(|(cell, day)| (day, cell.limit.map(|limit| limit.said(now)))).collect();
            let days: Vec<Day> = open.iter().map(|(day, _)| *day).collect();
            let limit = open.first().and_then(|(_, limit)| limit.clone()).unwrap_or_default();
            if !days.is_empty() {
                lines.push(format!(
                    "– {}, {} : {} (à décider {limit})",
                    child.first_name,
                    row.activity.name,
                    days_said(&days)
                ));
            }
        }
    }
    let week_said = format!("semaine du {}", long_date(week.monday()));
    Ok((!lines.is_empty()).then(|| vec![("week", week_said), ("lines", lines.join("\n"))]))
}
