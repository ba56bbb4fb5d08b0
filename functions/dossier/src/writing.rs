//! What a changed dossier writes: one transaction, each item over the version it was read at.

use chrono::{DateTime, Utc};
use domain::dossier::Dossier;
use domain::id::FamilyId;
use store::records::{
    AdultRecord, CheckRecord, DirectoryRecord, DossierRecord, FamilyRecord, FindableRecord, ListedRecord,
};
use store::{Transaction, finding, keys};
use web::ApiError;

use crate::DossierApp;
use crate::loaded::Loaded;

/// What writes all that differs, and the family's version afterwards. A wave when a child of several families changed.
pub(crate) async fn writing(app: &DossierApp, loaded: &Loaded, next: &Dossier) -> Result<(Transaction, u64), ApiError> {
    let (before, moment) = (&loaded.dossier, loaded.asked.moment);
    let family = changed_family(loaded, next);
    let mut transaction = loaded.asked.begin();
    transaction.put_over(&dossier_record(loaded, next, moment.business), loaded.version());
    fiches(&mut transaction, loaded, next);
    if let Some(family) = &family {
        transaction.put_over(family, loaded.family.version);
        shared_children(app, &mut transaction, loaded, family).await?;
    }
    let entry = directory_entry(next);
    if entry != directory_entry(before) {
        transaction.put(&entry.record(loaded));
    }
    let row = listed(loaded, family.as_ref(), next);
    if row != listed(loaded, None, before) {
        transaction.put(&row);
    }
    if next.waiting != before.waiting {
        check(&mut transaction, loaded, next);
    }
    for (child, health) in next.health.iter().filter(|(child, health)| before.health.get(*child) != Some(*health)) {
        let read = loaded.health.get(child).copied().unwrap_or_default();
        let place = (&loaded.organisation.id, child);
        let sealed = app.seals.seal(&app.app.table, place, health, read + 1, moment.wall).await?;
        transaction.put_over(&sealed, read);
    }
    if let Some(known) = &loaded.findable {
        let of = family.as_ref().unwrap_or(&loaded.family);
        let adults = next.fiches.iter().map(|fiche| &fiche.adult);
        let now = FindableRecord::of(&of.organisation, &of.family, adults, known.invoices(), &row.phone);
        finding::follow(&mut transaction, Some(known), now);
    }
    Ok((transaction, family.map_or(loaded.family.version, |family| family.version)))
}

/// Every save writes it, so that two saves never pass each other.
fn dossier_record(loaded: &Loaded, next: &Dossier, at: DateTime<Utc>) -> DossierRecord {
    DossierRecord {
        organisation: loaded.organisation.id.clone(),
        family: loaded.family.family.id.clone(),
        consents: next.consents.clone(),
        waiting: next.waiting.clone(),
        declined: next.declined.clone(),
        by: loaded.asked.access.said.clone(),
        at,
        version: loaded.version() + 1,
    }
}

fn fiches(transaction: &mut Transaction, loaded: &Loaded, next: &Dossier) {
    for fiche in &next.fiches {
        let before = loaded.adults.iter().find(|adult| adult.reference == fiche.id.as_str());
        if before.is_some_and(|before| before.adult == fiche.adult) {
            continue;
        }
        let read = before.map_or(0, |before| before.version);
        let record = AdultRecord {
            organisation: loaded.organisation.id.clone(),
            family: loaded.family.family.id.clone(),
            reference: fiche.id.to_string(),
            adult: fiche.adult.clone(),
            version: read + 1,
        };
        transaction.put_over(&record, read);
    }
    for gone in
        loaded.adults.iter().filter(|adult| !next.fiches.iter().any(|fiche| fiche.id.as_str() == adult.reference))
    {
        let key = keys::adult(&gone.organisation, &gone.family, &gone.reference);
        transaction.delete_version(&key, gone.version);
    }
}

/// The family as the planning and the invoices know it, when something of that changed.
fn changed_family(loaded: &Loaded, next: &Dossier) -> Option<FamilyRecord> {
    let mut record = loaded.family.clone();
    record.family.children.clone_from(&next.children);
    record.family.billed = next.billed();
    record.version += 1;
    (record.family != loaded.family.family).then_some(record)
}

/// The other families that have a child know it by the same name and day of birth, and that it has this home too.
async fn shared_children(
    app: &DossierApp,
    transaction: &mut Transaction,
    loaded: &Loaded,
    family: &FamilyRecord,
) -> Result<(), ApiError> {
    let before = &loaded.family.family;
    let changed = family.family.children.iter().filter(|child| before.child(&child.id) != Some(*child));
    let changed: Vec<_> = changed.collect();
    let mut others: Vec<FamilyId> = changed.iter().flat_map(|child| child.also.clone()).collect();
    others.sort();
    others.dedup();
    if others.is_empty() {
        return Ok(());
    }
    let wanted: Vec<keys::Key> = others.iter().map(|other| keys::family(&loaded.organisation.id, other)).collect();
    let items = app.app.table.batch_get(&wanted).await?;
    for key in &wanted {
        let Some(mut other) = items.get::<FamilyRecord>(key)? else { continue };
        let read = other.version;
        for child in &changed {
            if let Some(same) = other.family.children.iter_mut().find(|same| same.id == child.id) {
                // Since now, when it becomes this family's too.
                if !same.also.contains(&before.id) {
                    same.also.push(before.id.clone());
                }
                same.first_name.clone_from(&child.first_name);
                same.class.clone_from(&child.class);
                same.school.clone_from(&child.school);
                (same.born, same.pai, same.care) = (child.born, child.pai, child.care);
            }
        }
        other.version += 1;
        transaction.put_over(&other, read);
    }
    Ok(())
}

/// The family's row in the agents' table, with these fiches.
fn listed(loaded: &Loaded, family: Option<&FamilyRecord>, dossier: &Dossier) -> ListedRecord {
    let family = family.unwrap_or(&loaded.family);
    let adults = dossier.fiches.iter().map(|fiche| (fiche.id.as_str(), &fiche.adult));
    ListedRecord::of(&loaded.organisation.id, &family.family, adults)
}

/// By whose names agents find a family.
#[derive(PartialEq, Eq)]
struct Entry {
    adults: Vec<String>,
    children: Vec<String>,
}

fn directory_entry(dossier: &Dossier) -> Entry {
    Entry {
        adults: dossier
            .fiches
            .iter()
            .map(|fiche| format!("{} {}", fiche.adult.first_name, fiche.adult.last_name))
            .collect(),
        children: dossier.children.iter().map(|child| child.first_name.clone()).collect(),
    }
}

impl Entry {
    fn record(self, loaded: &Loaded) -> DirectoryRecord {
        DirectoryRecord {
            organisation: loaded.organisation.id.clone(),
            family: loaded.family.family.id.clone(),
            name: loaded.family.family.name.clone(),
            adults: self.adults,
            children: self.children,
        }
    }
}

/// What agents find in their list: it is there while something waits.
fn check(transaction: &mut Transaction, loaded: &Loaded, next: &Dossier) {
    let (organisation, family) = (&loaded.organisation.id, &loaded.family.family);
    match next.waiting.values().map(|waiting| waiting.at).min() {
        None => transaction.delete(&keys::check(organisation, &family.id)),
        Some(since) => transaction.put(&CheckRecord {
            organisation: organisation.clone(),
            family: family.id.clone(),
            name: family.name.clone(),
            fields: next.waiting.len(),
            since,
        }),
    };
}
