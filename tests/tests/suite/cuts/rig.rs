//! A portal that many months of many villages are run on, one after the other, and what drives such a month to its end.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use aws_sdk_dynamodb::types::AttributeValue;
use domain::id::{FamilyId, OrganisationId};
use domain::invoice::Period;
use domain::role::Role;
use preau::{Copies, Delivering};
use serde_json::json;
use store::records::{BookingRecord, OrganisationEntry, OutboxRecord, OutboxStatus, RunRecord, RunStage, WorkRecord};
use store::{Record, keys};
use tests::Chain;
use tests::town::instant;
use tests::village::{self, Shape, Village, child_id, family_id};
use tests::{Person, Town};

/// 2 June 2015, 8 h in Paris: the day on which May is invoiced.
const JUNE: &str = "2015-06-02T06:00:00Z";
/// Whose calls are cut.
pub(crate) const FUNCTIONS: [&str; 3] = ["tick", "billing", "mailer"];
/// How long nobody must have ended a call for a month to be looked at: to look takes time from who works.
const STILL: Duration = Duration::from_millis(40);
/// A month that takes longer does not come to its end.
const PATIENCE: Duration = Duration::from_secs(120);

/// The portal, and how to be an agent there.
pub(crate) struct Rig {
    pub(crate) town: Town,
    village: Village,
    copies: Copies,
    months: AtomicUsize,
}

impl Rig {
    /// A portal whose stream is quick and says everything as often as asked for; a call has time for one small step.
    pub(crate) async fn start(copies: Copies, batch: usize) -> Self {
        let town = Town::with(|options| {
            options.now = Some(instant(JUNE));
            let (glance, first_pause) = (Duration::from_millis(5), Duration::from_millis(5));
            options.stream = Delivering { glance, first_pause, copies };
            let settings = [("FAMILIES_A_STEP", batch.to_string()), ("SECONDS_A_CALL", "0".to_owned())];
            options.settings = settings.map(|(name, value)| (name.to_owned(), value)).into();
        })
        .await;
        let village = Village::beside(&town, town.table()).await;
        let rig = Self { town, village, copies, months: AtomicUsize::new(0) };
        // The demo's own organisations are not what the clock is to look at.
        rig.forget_organisations().await;
        rig
    }

    async fn forget_organisations(&self) {
        let table = self.town.table();
        let entries: Vec<OrganisationEntry> = table.query(&keys::organisations()).await.unwrap();
        for entry in entries {
            table.write(Chain::new().delete(&entry.key())).await.unwrap();
        }
    }
}

/// May 2015 of one village.
pub(crate) struct Month<'a> {
    pub(crate) rig: &'a Rig,
    pub(crate) organisation: OrganisationId,
    pub(crate) treasurer: Person,
    poisoned: OnceLock<FamilyId>,
}

/// How far a month is: its stage, the works that wait, the mails that have not ended.
#[derive(PartialEq)]
struct Standing {
    version: Option<u64>,
    works: Vec<String>,
    mails: Vec<(String, u64)>,
}

impl<'a> Month<'a> {
    /// Loads a village like this, under a name of its own.
    pub(crate) async fn load(rig: &'a Rig, shape: &Shape<'_>) -> Self {
        let id = format!("v{:04}", rig.months.fetch_add(1, Ordering::SeqCst));
        village::load(&rig.town.table(), instant(JUNE), &Shape { id: &id, ..*shape }).await;
        rig.town.outbox_is_quiet().await;
        let treasurer = rig.village.agent_of(&id, Role::Treasurer).await;
        Self { rig, organisation: id.parse().unwrap(), treasurer, poisoned: OnceLock::new() }
    }

    /// Pays for what a family has on a day with a ticket of a lot.
    pub(crate) async fn take_a_ticket(&self, family: usize, day: &str) {
        let (child, activity) = (child_id(family, 0).parse().unwrap(), "cantine".parse().unwrap());
        let family = family_id(family).parse().unwrap();
        let key = keys::booking(&self.organisation, &family, day.parse().unwrap(), &child, &activity);
        let table = self.rig.town.table();
        let booking: BookingRecord = table.get(&key).await.unwrap().unwrap();
        let lot = Some("2014-00007".parse().unwrap());
        table.write(Chain::new().put(&BookingRecord { lot, ..booking })).await.unwrap();
    }

    /// Makes an item of a family one that nobody can read.
    pub(crate) async fn poison(&self, family: usize) {
        let child = child_id(family, 0).parse().unwrap();
        let family = self.poisoned.get_or_init(|| family_id(family).parse().unwrap());
        let (day, activity) = ("2015-05-18".parse().unwrap(), "cantine".parse().unwrap());
        let key = keys::booking(&self.organisation, family, day, &child, &activity);
        let put = self.rig.town.client().put_item().table_name(self.rig.town.portal.table_name());
        let put = put.item("pk", AttributeValue::S(key.pk)).item("sk", AttributeValue::S(key.sk));
        put.item("status", AttributeValue::S("???".to_owned())).send().await.unwrap();
    }

    /// Whether it is the family with such an item.
    pub(crate) fn poisoned(&self, family: &FamilyId) -> bool {
        self.poisoned.get() == Some(family)
    }

    /// The address of the run.
    pub(crate) fn address(&self) -> String {
        format!("/api/organisations/{}/runs/2015-05", self.organisation)
    }

    async fn tick(&self) {
        // Whoever dies is followed by the next.
        let event = || self.rig.town.portal.invoke("tick", json!({ "tick": "hour" }));
        match self.rig.copies {
            // One of the two opens the run.
            Copies::TwoAtOnce => drop(tokio::join!(event(), event())),
            Copies::TwoInTurn => drop((event().await, event().await)),
            Copies::One => drop(event().await),
        }
    }

    /// From the clock to the last mail, whatever is in the way.
    pub(crate) async fn run(&self) {
        let until = Instant::now() + PATIENCE;
        let mut before = None;
        self.tick().await;
        while Instant::now() < until {
            self.rest().await;
            let run = self.run_record().await;
            let standing = self.standing(run.as_ref()).await;
            let rests = standing.works.is_empty();
            match run.map(|run| run.stage) {
                None => self.tick().await,
                Some(RunStage::Review) if rests => self.issue().await,
                Some(RunStage::Done) if rests && standing.mails.is_empty() => return,
                Some(_) if before.as_ref() == Some(&standing) => self.move_on().await,
                Some(_) => {}
            }
            before = Some(standing);
        }
        panic!("{} does not come to its end: {:?}", self.organisation, self.run_record().await);
    }

    /// Ends when nobody has ended a call for a moment.
    async fn rest(&self) {
        let moved = self.rig.town.portal.moved();
        while tokio::time::timeout(STILL, moved.notified()).await.is_ok() {}
    }

    /// An agent issues, twice at once.
    async fn issue(&self) {
        let (address, body) = (self.address(), json!({ "action": "issue" }));
        let (other, again) = (self.treasurer.other_tab(), body.clone());
        let (one, other) = tokio::join!(self.treasurer.put(&address, body), other.put(&address, again));
        assert!(one.status.is_success() || other.status.is_success(), "{} {}", one.body, other.body);
    }

    async fn run_record(&self) -> Option<RunRecord> {
        let key = keys::run(&self.organisation, Period::parse("2015-05").unwrap());
        self.rig.town.table().get(&key).await.unwrap()
    }

    pub(crate) async fn mails(&self) -> Vec<OutboxRecord> {
        self.rig.town.outbox().await
    }

    async fn standing(&self, run: Option<&RunRecord>) -> Standing {
        // In this order: a work that is gone has left its mails behind it, a family's mail its adults' ones. These lie apart
        // and are read one after the other, so that none counts as none when it is seen twice.
        let works = self.rig.town.works().await.into_iter().map(|work| work.id).collect();
        let mut mails = self.open_mails().await;
        if mails.is_empty() {
            mails = self.open_mails().await;
        }
        Standing { version: run.map(|run| run.version), works, mails }
    }

    async fn open_mails(&self) -> Vec<(String, u64)> {
        let open = self.mails().await.into_iter().filter(|mail| !has_ended(mail));
        open.map(|mail| (mail.id, mail.version)).collect()
    }

    /// An hour goes by: what waits looks old, and the sweeps come.
    async fn move_on(&self) {
        let table = self.rig.town.table();
        let hour = chrono::TimeDelta::hours(1);
        for work in self.rig.town.works().await {
            let older = WorkRecord { at: work.at - hour, ..work };
            // Gone meanwhile is as good.
            drop(table.write(Chain::new().put_existing(&older)).await);
        }
        for mail in self.mails().await.into_iter().filter(|mail| !has_ended(mail)) {
            let read = mail.version;
            let older = OutboxRecord { at: mail.at - hour, ..mail };
            drop(table.write(Chain::new().put_over(&older, read)).await);
        }
        // Whoever dies is followed by the next hour's.
        drop(self.rig.town.portal.invoke("billing", json!({ "sweep": "work" })).await);
        drop(self.rig.town.portal.invoke("mailer", json!({ "sweep": "outbox" })).await);
    }

    /// Leaves nothing behind that the next month would read.
    pub(crate) async fn forget(self) {
        self.rig.forget_organisations().await;
        let table = self.rig.town.table();
        for mail in self.mails().await {
            table.write(Chain::new().delete(&mail.key())).await.unwrap();
        }
        self.rig.town.wire.take();
        for folder in ["mails", "objects"] {
            for entry in std::fs::read_dir(self.rig.town.data().join(folder)).unwrap() {
                std::fs::remove_file(entry.unwrap().path()).unwrap();
            }
        }
    }
}

/// Sent, refused, or listed for a person.
pub(crate) fn has_ended(mail: &OutboxRecord) -> bool {
    match mail.status {
        OutboxStatus::Sent | OutboxStatus::Refused | OutboxStatus::Bounced | OutboxStatus::Complained => true,
        OutboxStatus::Unknown => mail.tries >= 2,
        OutboxStatus::Pending | OutboxStatus::Claimed => false,
    }
}
