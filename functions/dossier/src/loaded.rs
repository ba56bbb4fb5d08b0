//! A dossier as it was read: who asks, the family with its fiches, and the versions everything was read at.

use std::collections::BTreeMap;

use domain::dossier::{Author, Dossier, Fiche, Health};
use domain::id::{ChildId, FamilyPath};
use domain::organisation::Organisation;
use domain::role::Permission;
use store::keys::{self, Key};
use store::records::{AdultRecord, DossierRecord, FamilyRecord, FindableRecord, HealthRecord, MembershipRecord};
use web::app::Access;
use web::ask::{FamilyCall, Who};
use web::{ApiError, Call};

use crate::DossierApp;
use crate::moment::moment;

/// Who reads a dossier: an adult of the family, or an agent.
pub(crate) const READERS: Who = Who::FamilyOr(Permission::SeeFamilies);
/// Who saves it.
pub(crate) const WRITERS: Who = Who::FamilyOr(Permission::KeepDossiers);
/// Who decides on it, and keeps its children.
pub(crate) const KEEPERS: Who = Who::Agents(Permission::KeepDossiers);

/// Everything of a family that its dossier is made of.
pub(crate) struct Loaded {
    pub(crate) asked: FamilyCall,
    pub(crate) author: Author,
    /// Whether the caller is an adult of the family, in whatever quality they call.
    pub(crate) member: bool,
    pub(crate) organisation: Organisation,
    pub(crate) family: FamilyRecord,
    pub(crate) adults: Vec<AdultRecord>,
    pub(crate) record: Option<DossierRecord>,
    /// By what agents find the family; none where the tick has not said so yet.
    pub(crate) findable: Option<FindableRecord>,
    /// The versions of the health that was read; 0 where nothing is known.
    pub(crate) health: BTreeMap<ChildId, u64>,
    pub(crate) dossier: Dossier,
}

impl Loaded {
    /// One wave; one more the first time a seal is opened.
    pub(crate) async fn read(app: &DossierApp, call: &Call, who: Who, health_of: &[ChildId]) -> Result<Self, ApiError> {
        app.app.caller(call).await?;
        let FamilyPath { organisation, family } = call.family_path()?;
        let dossier_key = keys::dossier(&organisation, &family);
        let mut needed = vec![keys::organisation(&organisation), keys::family(&organisation, &family)];
        needed.push(dossier_key.clone());
        let findable_key = keys::findable(&organisation, &family);
        needed.push(findable_key.clone());
        let sealed: Vec<(ChildId, Key)> =
            health_of.iter().map(|child| (child.clone(), keys::health(&organisation, child))).collect();
        needed.extend(sealed.iter().map(|(_, key)| key.clone()));
        let adults = keys::adults(&organisation, &family);
        let table = &app.app.table;
        let opening = FamilyCall::open(&app.app, call, who, |_, _| needed);
        let (asked, adults) = tokio::join!(opening, table.query::<AdultRecord>(&adults));
        let (asked, mut adults) = (asked?, adults?);
        let membership: Option<MembershipRecord> =
            asked.get(&keys::membership(&asked.caller.account, &organisation, &family))?;
        adults.sort_by_key(|adult| (adult.adult.written_by_family, adult.reference.clone()));
        let mut loaded = Self {
            member: membership.is_some(),
            author: author(&asked.access, membership),
            dossier: Dossier::default(),
            record: asked.get(&dossier_key)?,
            findable: asked.get(&findable_key)?,
            organisation: asked.organisation()?.organisation,
            family: asked.family()?,
            health: BTreeMap::new(),
            asked,
            adults,
        };
        loaded.dossier = loaded.dossier_without_health();
        for (child, key) in sealed.into_iter().filter(|(child, _)| loaded.family.family.child(child).is_some()) {
            let sealed: Option<HealthRecord> = loaded.asked.get(&key)?;
            let health = match &sealed {
                Some(sealed) => app.seals.open(table, sealed).await?,
                None => Health::default(),
            };
            loaded.health.insert(child.clone(), sealed.map_or(0, |sealed| sealed.version));
            loaded.dossier.health.insert(child, health);
        }
        Ok(loaded)
    }

    fn dossier_without_health(&self) -> Dossier {
        let fiche = |record: &AdultRecord| {
            let id = record.reference.parse().ok()?;
            Some(Fiche { id, adult: record.adult.clone() })
        };
        let family = &self.family.family;
        let record = self.record.clone();
        Dossier {
            fiches: self.adults.iter().filter_map(fiche).collect(),
            billing: family.billed.as_ref().map(|billed| billed.fiche.clone()),
            children: family.children.clone(),
            consents: record.as_ref().map(|record| record.consents.clone()).unwrap_or_default(),
            waiting: record.as_ref().map(|record| record.waiting.clone()).unwrap_or_default(),
            declined: record.map(|record| record.declined).unwrap_or_default(),
            ..Dossier::default()
        }
    }

    /// Whether this person may change the dossier: an adult of the family, or an agent whose role allows it.
    pub(crate) fn may(&self, permission: Permission) -> bool {
        self.asked.access.role.is_none_or(|role| role.may(permission))
    }

    /// Who saves now, and when: `Marc DEVRET, mardi 26 mai 2015 à 8 h 03`.
    pub(crate) fn saved_now(&self) -> String {
        format!("{}, {}", self.asked.access.said, moment(self.asked.moment.business))
    }

    /// How a dossier record that follows this one begins.
    pub(crate) fn version(&self) -> u64 {
        self.record.as_ref().map_or(0, |record| record.version)
    }
}

/// An agent who is a parent of the family acts as a parent.
fn author(access: &Access, membership: Option<MembershipRecord>) -> Author {
    let said = access.said.clone();
    match access.role {
        Some(_) => Author::Agent { said },
        None => Author::Adult { fiche: membership.and_then(|membership| membership.adult.parse().ok()), said },
    }
}
