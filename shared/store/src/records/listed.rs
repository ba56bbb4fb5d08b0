//! A family as agents see it in their table of families: what its dossier says, and what is still awaited of it.

use serde::{Deserialize, Serialize};

use crate::keys::{self, Key};
use crate::table::Record;
use domain::day::Day;
use domain::dossier::Adult;
use domain::family::Family;
use domain::id::{FamilyId, OrganisationId};
use domain::situation::Situations;

/// How far the adults of a family are with their accounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Portal {
    /// Nobody was invited.
    Nobody,
    /// Somebody was invited, nobody has an account.
    Invited,
    /// Somebody has an account.
    Member,
}

/// A child, as a row names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListedChild {
    /// `Chloé`.
    pub first_name: String,
    /// `CE2`, when it is known.
    pub class: Option<String>,
    /// `École du Bourg`, when it is known.
    pub school: Option<String>,
}

/// What a family's dossier says of it, as its row shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListedRecord {
    /// The organisation.
    pub organisation: OrganisationId,
    /// The family.
    pub family: FamilyId,
    /// Its name.
    pub name: String,
    /// Its children.
    pub children: Vec<ListedChild>,
    /// The telephone to call first; empty where there is none.
    pub phone: String,
    /// Where the family reads mails; empty where it has none.
    pub mel: String,
    /// By what its days are priced.
    pub situations: Situations,
    /// Whether it uses the portal.
    pub portal: Portal,
}

impl ListedRecord {
    /// The row of a family with these adults. Who the invoices go to is called first.
    pub fn of<'a>(
        organisation: &OrganisationId,
        family: &Family,
        adults: impl IntoIterator<Item = (&'a str, &'a Adult)>,
    ) -> Self {
        let mut adults: Vec<(&str, &Adult)> = adults.into_iter().collect();
        let billed = family.billed.as_ref().map(|billed| billed.fiche.as_str());
        // Whom the family wrote down comes last: a nounou is not the family.
        adults.sort_by_key(|(id, adult)| (adult.written_by_family, Some(*id) != billed, (*id).to_owned()));
        let of_ones_own = || adults.iter().map(|(_, adult)| *adult).filter(|adult| !adult.written_by_family);
        let phone = of_ones_own().flat_map(Adult::phones).next();
        let portal = match () {
            () if of_ones_own().any(|adult| adult.account.is_some()) => Portal::Member,
            () if of_ones_own().any(|adult| adult.invited) => Portal::Invited,
            () => Portal::Nobody,
        };
        let child = |child: &domain::family::Child| ListedChild {
            first_name: child.first_name.clone(),
            class: child.class.clone(),
            school: child.school.clone(),
        };
        Self {
            organisation: organisation.clone(),
            family: family.id.clone(),
            name: family.name.clone(),
            children: family.children.iter().map(child).collect(),
            phone: phone.unwrap_or_default().to_owned(),
            mel: of_ones_own().find_map(Adult::mel_of_ones_own).unwrap_or_default().to_owned(),
            situations: family.priced_by(),
            portal,
        }
    }
}

impl Record for ListedRecord {
    fn key(&self) -> Key {
        keys::listed(&self.organisation, &self.name, &self.family)
    }
}

/// What the organisation still awaits of a family: there while there is something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AwaitedRecord {
    /// The organisation.
    pub organisation: OrganisationId,
    /// The family.
    pub family: FamilyId,
    /// Its name.
    pub name: String,
    /// What it owes of its invoices, in cents.
    pub owed: i64,
    /// The day on which the oldest of that was due.
    pub due: Option<Day>,
    /// How many required pieces are missing.
    pub missing: usize,
}

impl Record for AwaitedRecord {
    fn key(&self) -> Key {
        keys::awaited(&self.organisation, &self.name, &self.family)
    }
}
