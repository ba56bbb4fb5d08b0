//! A dossier as a person sees it: an adult without what another has hidden, an agent with what waits.

use std::collections::BTreeMap;

use domain::day::long_date;
use domain::dossier::{Author, Consent, ConsentText, Dossier, ENTRIES, Entry, Fiche, Field, Place};
use domain::family::{Child, Custody, Enrolment};
use domain::id::{ActivityId, ChildId, FamilyId, FicheId};
use domain::organisation::Organisation;
use domain::role::Permission;
use serde::Serialize;

use crate::loaded::Loaded;
use crate::moment::moment;

#[derive(Serialize)]
pub(crate) struct DossierView {
    id: FamilyId,
    name: String,
    town: String,
    billing: String,
    may_change: bool,
    reads_health: bool,
    agent: bool,
    own: Option<FicheId>,
    /// `Marc DEVRET, mardi 26 mai 2015 à 8 h 03`.
    saved: Option<String>,
    /// Of the family; what an agent changes of a child demands it.
    version: u64,
    /// What each fiche asks, in its order.
    fields: &'static [Entry],
    fiches: Vec<FicheView>,
    children: Vec<ChildView>,
    consents: Vec<ConsentText>,
    activities: Vec<ActivityView>,
    waiting: Vec<WaitingView>,
    declined: Vec<DeclinedView>,
}

#[derive(Serialize)]
struct FicheView {
    id: FicheId,
    status: &'static str,
    /// Whether its coordinates are kept from who looks.
    kept_from_you: bool,
    values: BTreeMap<&'static str, String>,
    collects: BTreeMap<ChildId, &'static str>,
}

#[derive(Serialize)]
struct ChildView {
    id: ChildId,
    first_name: String,
    born: String,
    class: Option<String>,
    school: Option<String>,
    pai: bool,
    care: bool,
    custody: Option<&'static str>,
    activities: Vec<String>,
    answers: BTreeMap<String, AnswerView>,
    /// For agents: what they change on a child's page.
    kept: Option<KeptView>,
}

#[derive(Serialize)]
struct KeptView {
    custody: Custody,
    enrolments: Vec<Enrolment>,
    also: Vec<FamilyId>,
}

#[derive(Serialize)]
struct AnswerView {
    answer: &'static str,
    day: String,
    by: String,
    current: bool,
}

#[derive(Serialize)]
struct ActivityView {
    id: ActivityId,
    name: String,
}

#[derive(Serialize)]
struct WaitingView {
    place: Place,
    label: &'static str,
    was: String,
    now: String,
    by: String,
    at: String,
}

#[derive(Serialize)]
struct DeclinedView {
    place: Place,
    value: String,
    reason: String,
    day: String,
}

/// What is shown of a dossier; `dossier` may be one that was just saved.
pub(crate) fn view(loaded: &Loaded, dossier: &Dossier, saved: Option<String>, version: u64) -> DossierView {
    let (organisation, author) = (&loaded.organisation, &loaded.author);
    let sees = |place: &Place| author.sees(dossier, &organisation.dossier, place).unwrap_or_default();
    let hidden = |place: &Place| {
        let fiche = place.fiche().and_then(|id| dossier.fiche(id));
        fiche.is_some_and(|fiche| author.is_kept_from(fiche))
    };
    let agent = loaded.asked.access.role.is_some();
    let own = match author {
        Author::Adult { fiche, .. } => fiche.clone(),
        Author::Agent { .. } => None,
    };
    let activity =
        |activity: &domain::activity::Activity| ActivityView { id: activity.id.clone(), name: activity.name.clone() };
    DossierView {
        id: loaded.family.family.id.clone(),
        name: loaded.family.family.name.clone(),
        town: loaded.family.family.town.clone(),
        billing: sees(&Place::Billing),
        may_change: loaded.may(Permission::KeepDossiers),
        reads_health: loaded.may(Permission::ReadHealth),
        agent,
        own,
        saved,
        version,
        fields: &ENTRIES,
        fiches: dossier.fiches.iter().map(|fiche| fiche_view(fiche, author, &sees)).collect(),
        children: dossier
            .children
            .iter()
            .map(|child| child_view(child, dossier, organisation, loaded, &sees))
            .collect(),
        consents: organisation.dossier.consents.clone(),
        activities: organisation.activities.iter().filter(|_| agent).map(activity).collect(),
        waiting: waiting(dossier, &hidden),
        declined: declined(dossier, &hidden),
    }
}

fn fiche_view(fiche: &Fiche, author: &Author, sees: &impl Fn(&Place) -> String) -> FicheView {
    let kept_from_you = author.is_kept_from(fiche);
    let shown = Field::all().filter(|field| !(kept_from_you && field.is_contact()));
    let values = shown.map(|field| (field.as_str(), sees(&Place::Fiche(fiche.id.clone(), field))));
    let status = match (&fiche.adult.account, fiche.adult.invited) {
        (Some(_), _) => "member",
        (None, true) => "invited",
        (None, false) => "none",
    };
    FicheView {
        id: fiche.id.clone(),
        status,
        kept_from_you,
        values: values.filter(|(_, text)| !text.is_empty()).collect(),
        collects: fiche.adult.collects.iter().map(|(child, collects)| (child.clone(), collects.as_str())).collect(),
    }
}

fn child_view(
    child: &Child,
    dossier: &Dossier,
    organisation: &Organisation,
    loaded: &Loaded,
    sees: &impl Fn(&Place) -> String,
) -> ChildView {
    use domain::dossier::ChildField::{Born, FirstName};
    let taken = |id: &ActivityId| child.enrolments.iter().any(|enrolment| enrolment.activity == *id);
    let answer = |(id, consent): (&String, &Consent)| {
        let current = organisation.dossier.consent(id).is_some_and(|asked| asked.version == consent.version);
        let day = long_date(consent.day);
        (id.clone(), AnswerView { answer: consent.as_str(), day, by: consent.by.clone(), current })
    };
    let kept = || KeptView { custody: child.custody, enrolments: child.enrolments.clone(), also: child.also.clone() };
    ChildView {
        id: child.id.clone(),
        first_name: sees(&Place::Child(child.id.clone(), FirstName)),
        born: sees(&Place::Child(child.id.clone(), Born)),
        class: child.class.clone(),
        school: child.school.clone(),
        pai: child.pai,
        care: child.care,
        custody: child.custody.sentence(),
        activities: organisation
            .activities
            .iter()
            .filter(|activity| taken(&activity.id))
            .map(|activity| activity.name.clone())
            .collect(),
        answers: dossier.consents.get(&child.id).into_iter().flatten().map(answer).collect(),
        kept: loaded.asked.access.role.map(|_| kept()),
    }
}

fn waiting(dossier: &Dossier, hidden: &impl Fn(&Place) -> bool) -> Vec<WaitingView> {
    let shown = dossier.waiting.iter().filter(|(place, _)| !hidden(place));
    let said = |dossier: &Dossier, place: &Place, text: &str| match place {
        Place::Billing => text
            .parse()
            .ok()
            .and_then(|id: FicheId| {
                dossier.fiche(&id).map(|fiche| format!("{} {}", fiche.adult.last_name, fiche.adult.first_name))
            })
            .unwrap_or_else(|| text.to_owned()),
        _ => text.to_owned(),
    };
    shown
        .map(|(place, waiting)| WaitingView {
            place: place.clone(),
            label: place.label(),
            was: said(dossier, place, &waiting.was),
            now: waiting.now.clone(),
            by: waiting.by.clone(),
            at: moment(waiting.at),
        })
        .collect()
}

fn declined(dossier: &Dossier, hidden: &impl Fn(&Place) -> bool) -> Vec<DeclinedView> {
    let shown = dossier.declined.iter().filter(|(place, _)| !hidden(place));
    shown
        .map(|(place, declined)| DeclinedView {
            place: place.clone(),
            value: declined.value.clone(),
            reason: declined.reason.clone(),
            day: long_date(declined.day),
        })
        .collect()
}
