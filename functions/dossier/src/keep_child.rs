//! `PUT …/families/{family}/children/{child}`: an agent makes a child of a family or changes it: class, custody, activities.

use std::sync::Arc;

use domain::day::Day;
use domain::dossier::{ChildField, Dossier};
use domain::family::{Child, Custody, Enrolment, Weeks};
use domain::id::{ActivityId, ChildId, FamilyId};
use domain::organisation::Organisation;
use lambda_http::http::StatusCode;
use serde::Deserialize;
use store::StoreError;
use store::keys;
use store::records::FamilyRecord;
use uuid::Uuid;
use web::{ApiError, Call, Reply};

use crate::DossierApp;
use crate::loaded::{KEEPERS, Loaded};
use crate::view::view;
use crate::writing::writing;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    /// The family's version the agent has read.
    version: u64,
    first_name: String,
    born: String,
    class: String,
    school: String,
    pai: bool,
    weeks: Weeks,
    from: Option<Day>,
    to: Option<Day>,
    enrolments: Vec<Taken>,
    /// For a child that becomes this family's too: the family that has it already.
    #[serde(default)]
    home: Option<FamilyId>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Taken {
    activity: ActivityId,
    from: Option<Day>,
    to: Option<Day>,
}

/// Three waves: the right, the family (and those that share the child), then one transaction.
pub(crate) async fn keep_child(app: Arc<DossierApp>, call: Call) -> Result<Reply, ApiError> {
    let loaded = Loaded::read(&app, &call, KEEPERS, &[]).await?;
    let id: ChildId = call.path("child")?;
    let body: Body = call.body()?;
    let said = Some(loaded.saved_now());
    let before = loaded.family.family.child(&id);
    let home = match (&body.home, before) {
        (Some(home), None) => Some(other_home(&app, &loaded, home, &id).await?),
        // A new child has a new name: nobody takes another family's child by guessing its own.
        (None, None) if Uuid::parse_str(id.as_str()).is_err() => return Err(ApiError::not_found()),
        _ => None,
    };
    let mut child = child(&id, &body, before, &loaded.organisation)?;
    if let Some(theirs) = home {
        (child.also, child.care) = (vec![theirs.0], theirs.1.care);
    }
    if before == Some(&child) {
        return Reply::json(&view(&loaded, &loaded.dossier, said, loaded.family.version));
    }
    if body.version != loaded.family.version {
        return Err(ApiError::changed_meanwhile());
    }
    one_home_a_day(&app, &loaded, &child).await?;
    let mut children = loaded.dossier.children.clone();
    match children.iter_mut().find(|known| known.id == id) {
        Some(known) => *known = child,
        None => children.push(child),
    }
    let next = Dossier { children, ..loaded.dossier.clone() };
    let (transaction, version) = writing(&app, &loaded, &next).await?;
    app.app.table.write(transaction).await?;
    Reply::json(&view(&loaded, &next, said, version))
}

/// The family that has a child already, and the child as it has it. A child has two homes at most.
async fn other_home(
    app: &DossierApp,
    loaded: &Loaded,
    home: &FamilyId,
    id: &ChildId,
) -> Result<(FamilyId, Child), ApiError> {
    let key = keys::family(&loaded.organisation.id, home);
    let items = app.app.table.batch_get(std::slice::from_ref(&key)).await?;
    let theirs = items
        .get::<FamilyRecord>(&key)?
        .and_then(|record| record.family.child(id).cloned())
        .ok_or_else(ApiError::not_found)?;
    if theirs.also.is_empty() {
        return Ok((home.clone(), theirs));
    }
    Err(ApiError::new(StatusCode::CONFLICT, "two-homes", "Cet enfant a déjà deux foyers."))
}

/// The child as it shall be.
fn child(id: &ChildId, body: &Body, before: Option<&Child>, organisation: &Organisation) -> Result<Child, ApiError> {
    let shaped = |field: ChildField, typed: &str| {
        field.shaped(typed).map_err(|detail| ApiError::invalid(field.as_str(), detail))
    };
    let first_name = shaped(ChildField::FirstName, &body.first_name)?;
    let born = shaped(ChildField::Born, &body.born)?;
    let ordered = |from: Option<Day>, to: Option<Day>| from.zip(to).is_none_or(|(from, to)| from <= to);
    if !ordered(body.from, body.to) {
        return Err(ApiError::invalid("to", "La garde finit avant de commencer."));
    }
    let mut enrolments: Vec<Enrolment> = Vec::new();
    for taken in &body.enrolments {
        organisation.activity(&taken.activity).ok_or_else(ApiError::not_found)?;
        let enrolment = Enrolment { activity: taken.activity.clone(), from: taken.from, to: taken.to };
        let doubled = enrolments.iter().any(|other| other.meets(&enrolment));
        if doubled || !ordered(taken.from, taken.to) {
            return Err(ApiError::invalid(
                "enrolments",
                "Deux périodes de la même activité se touchent, ou finissent avant de commencer.",
            ));
        }
        enrolments.push(enrolment);
    }
    let named = Child::named(id.clone(), &first_name, Custody { weeks: body.weeks, from: body.from, to: body.to });
    Ok(Child {
        born: born.parse().ok(),
        class: short("class", &body.class)?,
        school: short("school", &body.school)?,
        pai: body.pai,
        enrolments,
        care: before.is_some_and(|before| before.care),
        barred: before.map(|before| before.barred.clone()).unwrap_or_default(),
        also: before.map(|before| before.also.clone()).unwrap_or_default(),
        ..named
    })
}

fn short(field: &str, typed: &str) -> Result<Option<String>, ApiError> {
    match typed.trim() {
        "" => Ok(None),
        text if text.chars().count() <= 60 => Ok(Some(text.to_owned())),
        _ => Err(ApiError::invalid(field, "Ce texte est trop long : 60 caractères au plus.")),
    }
}

/// One family answers for a child on a day.
async fn one_home_a_day(app: &DossierApp, loaded: &Loaded, child: &Child) -> Result<(), ApiError> {
    let others: Vec<&FamilyId> = child.also.iter().collect();
    if others.is_empty() {
        return Ok(());
    }
    let wanted: Vec<keys::Key> = others.iter().map(|other| keys::family(&loaded.organisation.id, other)).collect();
    let items = app.app.table.batch_get(&wanted).await?;
    let records = wanted.iter().map(|key| items.get::<FamilyRecord>(key)).collect::<Result<Vec<_>, StoreError>>()?;
    for other in records.into_iter().flatten() {
        let theirs = other.family.child(&child.id);
        if theirs.is_some_and(|theirs| theirs.custody.meets(&child.custody)) {
            let detail = format!(
                "La famille {} a déjà la garde certains de ces jours : un seul foyer répond d’un jour.",
                other.family.name
            );
            return Err(ApiError::invalid("weeks", detail));
        }
    }
    Ok(())
}
