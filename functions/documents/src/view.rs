//! A document and a missing piece as pages receive them.

use domain::day::{Day, long_date, paris_day, short_date};
use domain::document::{Gap, Kind, Missing, Standing, Status, megabytes};
use domain::id::{ActivityId, ChildId};
use domain::text::list;
use serde::Serialize;
use store::records::DocumentRecord;

use crate::household::Household;

#[derive(Serialize)]
pub(crate) struct DocumentView {
    pub(crate) id: String,
    pub(crate) kind: Kind,
    pub(crate) title: &'static str,
    pub(crate) child: Option<ChildId>,
    pub(crate) about: String,
    pub(crate) name: String,
    pub(crate) size: String,
    pub(crate) standing: Standing,
    /// The word of its standing: `Reçu le 22 mai`.
    pub(crate) word: String,
    /// What there is to know, and what to do.
    pub(crate) sentence: String,
    pub(crate) sent: Day,
    pub(crate) said: String,
    pub(crate) decided_by: Option<String>,
    pub(crate) valid_until: Option<Day>,
    pub(crate) opens: bool,
    pub(crate) preview: bool,
    pub(crate) removable: bool,
    pub(crate) version: u64,
}

/// Whom a document is about, in a word.
pub(crate) fn about(child: Option<String>) -> String {
    child.unwrap_or_else(|| "Famille".to_owned())
}

impl DocumentView {
    /// Of a document, on a day.
    pub(crate) fn of(document: &DocumentRecord, household: &Household, today: Day) -> Self {
        let standing = document.status.on(today);
        let valid_until = match &document.status {
            Status::Accepted { valid_until } => *valid_until,
            _ => None,
        };
        Self {
            id: document.id.clone(),
            kind: document.kind,
            title: document.kind.said(),
            child: document.child.clone(),
            about: about(household.child_name(document)),
            name: document.name.clone(),
            size: megabytes(document.bytes),
            standing,
            word: word(document, standing),
            sentence: sentence(document, standing, valid_until),
            sent: paris_day(document.at),
            said: document.said.clone(),
            decided_by: document.decided.as_ref().map(|(said, _)| said.clone()),
            valid_until,
            opens: standing.has_file(),
            preview: document.preview,
            removable: standing.removable(),
            version: document.version,
        }
    }
}

/// `22 mai`.
fn day_and_month(day: Day) -> String {
    short_date(day).split_once(' ').map_or_else(String::new, |(_, rest)| rest.to_owned())
}

fn word(document: &DocumentRecord, standing: Standing) -> String {
    match standing {
        Standing::Sending => "Contrôle en cours".to_owned(),
        Standing::Rejected => "Refusé à l’arrivée".to_owned(),
        Standing::Received => format!("Reçu le {}", day_and_month(paris_day(document.at))),
        Standing::Accepted => "Accepté".to_owned(),
        Standing::ExpiresSoon => "Expire bientôt".to_owned(),
        Standing::Expired => "Expiré".to_owned(),
        Standing::Refused => "Refusé".to_owned(),
    }
}

fn sentence(document: &DocumentRecord, standing: Standing, valid_until: Option<Day>) -> String {
    let until = valid_until.map(long_date);
    match (&document.status, standing, until) {
        (Status::Rejected { fault }, ..) => fault.sentence().to_owned(),
        (Status::Refused { reason }, ..) => reason.clone(),
        (Status::Sending, ..) => "Le fichier est arrivé ; il est contrôlé avant d’être gardé.".to_owned(),
        (Status::Received, ..) => "La mairie le lit sous quelques jours.".to_owned(),
        (_, Standing::Expired, Some(last)) => format!("Il était valable jusqu’au {last}. Envoyez le nouveau."),
        (_, Standing::ExpiresSoon, Some(last)) => {
            format!("Valable jusqu’au {last}. Envoyez le nouveau dès que vous l’avez.")
        }
        (_, _, Some(last)) => format!("Valable jusqu’au {last}."),
        (_, _, None) => "Valable sans date de fin.".to_owned(),
    }
}

#[derive(Serialize)]
pub(crate) struct GapView {
    kind: Kind,
    title: &'static str,
    child: Option<ChildId>,
    about: String,
    missing: Missing,
    blocks: bool,
    /// What cannot be booked without it.
    closes: Vec<String>,
    /// What happens without it.
    sentence: String,
}

impl GapView {
    /// Of a missing piece.
    pub(crate) fn of(gap: &Gap, household: &Household) -> Self {
        let named = |id: &ActivityId| household.organisation.activity(id).map(|activity| activity.name.clone());
        let activities: Vec<String> = gap.requirement.activities.iter().filter_map(named).collect();
        let closes = if gap.requirement.blocks { activities.clone() } else { Vec::new() };
        let what = if activities.is_empty() { "les activités".to_owned() } else { list(&activities) };
        let note = gap.requirement.note.clone();
        let consequence = match gap.requirement.blocks {
            true => Some(format!("Sans cette pièce, pas d’inscription possible pour : {what}.")),
            false => (!activities.is_empty()).then(|| format!("Demandée pour : {what}.")),
        };
        let parts: Vec<String> = [consequence, note].into_iter().flatten().collect();
        Self {
            kind: gap.requirement.kind,
            title: gap.requirement.kind.said(),
            child: gap.child.map(|child| child.id.clone()),
            about: about(gap.child.map(|child| child.first_name.clone())),
            missing: gap.missing,
            blocks: gap.requirement.blocks,
            closes,
            sentence: parts.join(" "),
        }
    }
}
