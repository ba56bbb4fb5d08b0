//! Closes days on which children are booked: every booking is cancelled, what was paid, invoiced or carried is given back,
//! and each family is told once. Interrupted anywhere and begun again it ends the same: what was charged is given back
//! before the bookings go, each day once on each line that charged it.

use std::collections::BTreeSet;

use super::writer::Writer;
use super::writing::{Maker, Writing};
use crate::keys::{self, Key, Span};
use crate::records::{
    AdultRecord, BookingRecord, BookingStatus, Cancelled, ClosingRecord, CreditRecord, DayDecision, DraftRecord,
    FamilyRecord, Message, OutboxRecord, PlaceRecord, RoomRecord,
};
use crate::regie::{Account, Cause, Numbering};
use crate::{Attempts, Facts, Gathered, Patience, Record, StoreError, Table, Transaction, was_first};
use domain::day::{Day, Week, later, long_date, paris_day};
use domain::id::{ChildId, FamilyId};
use domain::invoice::{ClosedDay, Fault, Period};
use domain::moment::Moment;
use domain::organisation::Organisation;
use domain::planning::{Action, Step};

/// What a call did of a closure.
#[derive(Debug, Clone)]
pub struct Closed {
    /// The closure as it is now: it counts what every call did.
    pub closing: ClosingRecord,
    /// How many bookings this call cancelled.
    pub cancelled: u32,
    /// Whether nothing is booked on these days any more.
    pub finished: bool,
}

/// Whom days concern that may be closed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Concerned {
    /// How many bookings, and places in a line.
    pub bookings: usize,
    /// Of which children.
    pub children: BTreeSet<ChildId>,
    /// Of which families.
    pub families: BTreeSet<FamilyId>,
}

/// Who is booked, or waits, on the days of a decision, and was not there already.
pub async fn concerned(
    table: &Table,
    organisation: &Organisation,
    decision: &DayDecision,
    today: Day,
) -> Result<Concerned, StoreError> {
    /// How many lists of a day are read at once.
    const AT_ONCE: usize = 16;
    let activities = organisation.activities.iter().map(|activity| &activity.id);
    let activities: Vec<_> = activities.filter(|activity| concerns(decision, activity.as_str())).collect();
    let spans: Vec<Span> = days(decision)
        .flat_map(|day| activities.iter().map(move |activity| keys::places(&organisation.id, day, activity)))
        .collect();
    let mut concerned = Concerned::default();
    for some in spans.chunks(AT_ONCE) {
        let places: Vec<Vec<PlaceRecord>> = table.query_each(some).await?;
        let places: Vec<PlaceRecord> =
            places.into_iter().flatten().filter(|place| place.status != BookingStatus::Unbooked).collect();
        let used = used(table, &places, today).await?;
        for place in places.into_iter().filter(|place| !used.contains(&place.key())) {
            concerned.bookings += 1;
            concerned.children.insert(place.child);
            concerned.families.insert(place.family);
        }
    }
    Ok(concerned)
}

/// Which of these places a child was seen to use: none of days to come.
async fn used(table: &Table, places: &[PlaceRecord], today: Day) -> Result<BTreeSet<Key>, StoreError> {
    let begun = places.iter().filter(|place| place.day <= today);
    let key = |place: &PlaceRecord| {
        keys::booking(&place.organisation, &place.family, place.day, &place.child, &place.activity)
    };
    let wanted: Vec<Key> = begun.map(key).collect();
    let items = table.batch_get(&wanted).await?;
    let bookings = wanted.iter().map(|key| items.get::<BookingRecord>(key)).collect::<Result<Vec<_>, _>>()?;
    let used = bookings.into_iter().flatten().filter(BookingRecord::was_used);
    Ok(used.map(|booking| booking.place().key()).collect())
}

/// A closure that is being carried out.
struct Closing<'a> {
    table: &'a Table,
    /// It already has the closure.
    organisation: &'a Organisation,
    closing: &'a ClosingRecord,
    moment: Moment,
}

/// Carries a closure out, until it is done, which is then kept with it, or the time is up, or an agent takes it back.
/// `organisation` already has it. A family at whose bookings others are too often is left to the next call.
pub async fn close(
    table: &Table,
    organisation: &Organisation,
    closing: &ClosingRecord,
    moment: Moment,
    until: tokio::time::Instant,
) -> Result<Closed, StoreError> {
    let carried = Closing { table, organisation, closing, moment };
    let (mut cancelled, mut finished) = (0, true);
    let today = paris_day(moment.business);
    for family in concerned(table, organisation, &closing.decision, today).await?.families {
        if tokio::time::Instant::now() >= until {
            finished = false;
            break;
        }
        let Some(charged) = carried.give_back(&family).await? else {
            finished = false;
            continue;
        };
        let (of_family, all) = carried.close_family(&family, charged.read()).await?;
        cancelled += of_family;
        finished &= all;
    }
    let closing = if finished { carried.keep_done().await? } else { carried.stands().await? };
    Ok(Closed { closing: closing.unwrap_or_else(|| carried.closing.clone()), cancelled, finished })
}

fn days(decision: &DayDecision) -> impl Iterator<Item = Day> {
    let (from, to) = (decision.from, decision.to);
    (0..).map(move |days| later(from, days)).take_while(move |day| *day <= to)
}

fn concerns(decision: &DayDecision, activity: &str) -> bool {
    let activities = &decision.activities;
    activities.is_empty() || activities.iter().any(|one| one.as_str() == activity)
}

/// What a family's turn stands on.
struct Read {
    closing: ClosingRecord,
    record: FamilyRecord,
    facts: Facts,
    account: Account,
    /// Whether a mail reaches somebody of the family.
    reached: bool,
}

/// What became of what a family was charged.
enum Charged {
    /// Nothing was to be written: the family is as it was read.
    Nothing(Box<Read>),
    /// It is given back; or the closure or the family is gone.
    Settled,
}

impl Charged {
    fn read(self) -> Option<Read> {
        match self {
            Self::Nothing(read) => Some(*read),
            Self::Settled => None,
        }
    }
}

/// The closure with what is cancelled now; a family counts once, with what it is told.
fn counted(closing: ClosingRecord, cancelled: u32, family: &FamilyId, first: bool, reached: bool) -> ClosingRecord {
    let mut next = ClosingRecord { cancelled: closing.cancelled + cancelled, version: closing.version + 1, ..closing };
    if first {
        next.families += 1;
        next.unreached.extend((!reached).then(|| family.clone()));
    }
    next
}

impl Closing<'_> {
    /// The closure as it is now; none once an agent has taken it back.
    async fn stands(&self) -> Result<Option<ClosingRecord>, StoreError> {
        self.table.get(&self.closing.key()).await
    }

    /// Keeps that it is done, unless it is kept already, or somebody else was faster to.
    async fn keep_done(&self) -> Result<Option<ClosingRecord>, StoreError> {
        let Some(closing) = self.stands().await?.filter(|closing| closing.done.is_none()) else {
            return self.stands().await;
        };
        let read = closing.version;
        let done = ClosingRecord { done: Some(closing.cancelled), version: read + 1, ..closing };
        let mut transaction = Transaction::of_system();
        transaction.put_over(&done, read);
        match was_first(self.table.write(transaction).await)? {
            true => Ok(Some(done)),
            false => self.stands().await,
        }
    }

    /// Gives back what the family was charged for days that go, of months that are closed; none where others were faster
    /// every time. What an agent still looks at is to be drafted again. Days of closed months change no more, so that they
    /// go afterwards as they were read.
    async fn give_back(&self, family: &FamilyId) -> Result<Option<Charged>, StoreError> {
        let (organisation, today) = (self.organisation, paris_day(self.moment.business));
        let series = Numbering::Invoices.key(&organisation.id, today);
        let mut attempts = Attempts::of(Patience::NUMBER);
        while attempts.next().await.is_ok() {
            let Some(read) = self.read(family).await? else { return Ok(Some(Charged::Settled)) };
            let Read { closing, record, facts, account, .. } = &read;
            let plan = self.plan(record, facts);
            self.doubt_drafts(family, &plan, facts, today).await?;
            let charged = plan.iter().filter(|booking| booking.paid.is_none() && booking.taken().is_some());
            let closed: BTreeSet<ClosedDay> =
                charged.map(|one| (one.child.clone(), one.activity.clone(), one.day)).collect();
            let giving = account.give_back(organisation, &closing.decision.id, &closed);
            let mut transaction = Transaction::of_system();
            let by_hand = giving.unclear && !closing.by_hand.contains(&record.family.name);
            if giving.is_nothing() && !by_hand {
                return Ok(Some(Charged::Nothing(Box::new(read))));
            }
            let mut kept = ClosingRecord { version: closing.version + 1, ..closing.clone() };
            kept.by_hand.extend(by_hand.then(|| record.family.name.clone()));
            transaction.put_over(&kept, closing.version);
            let numbers = Numbering::Invoices.after(self.table.get(&series).await?, &organisation.id, today);
            let cause = Cause { closing: &closing.decision.id, reason: &self.reason() };
            let whose = (organisation, &record.family);
            giving.write(&mut transaction, account, whose, numbers, cause, self.moment.wall)?;
            if attempts.wrote(self.table.write(transaction).await)?.yes() {
                return Ok(Some(Charged::Settled));
            }
        }
        Ok(None)
    }

    /// `Grève, du 6 au 20 janvier 2015`.
    fn reason(&self) -> String {
        let decision = &self.closing.decision;
        match decision.from == decision.to {
            true => format!("{}, le {}", decision.name, long_date(decision.from)),
            false => format!("{}, du {} au {}", decision.name, long_date(decision.from), long_date(decision.to)),
        }
    }

    /// Drafts of months that are over and charge days that go are not issued as they are: they are to be drafted again.
    async fn doubt_drafts(
        &self,
        family: &FamilyId,
        plan: &[BookingRecord],
        facts: &Facts,
        today: Day,
    ) -> Result<(), StoreError> {
        let months: BTreeSet<Period> = plan.iter().map(|booking| Period::of(booking.day)).collect();
        for month in months.into_iter().filter(|month| month.is_over(today) && !facts.invoiced.contains(month)) {
            let key = keys::draft(&self.organisation.id, month, family);
            let Some(mut draft) = self.table.get::<DraftRecord>(&key).await? else { continue };
            let name = &self.closing.decision.name;
            let sentence =
                format!("Des jours de ce mois sont fermés depuis ce calcul (« {name} ») : recalculez le mois");
            if draft.faults.iter().any(|fault| fault.sentence == sentence) {
                continue;
            }
            draft.faults.push(Fault { sentence });
            let mut transaction = Transaction::of_system();
            transaction.put_existing(&draft);
            was_first(self.table.write(transaction).await)?;
        }
        Ok(())
    }

    /// Cancels what a family has, as it was `known` a moment ago where it was: how many bookings, and whether that is all.
    async fn close_family(&self, family: &FamilyId, mut known: Option<Read>) -> Result<(u32, bool), StoreError> {
        let mut cancelled = 0;
        let mut writer = Writer::new(self.table, Patience::PERSON);
        while writer.next().await.is_ok() {
            let read = match known.take() {
                None => self.read(family).await?,
                known => known,
            };
            let Some(Read { closing, record, facts, account, reached }) = read else { return Ok((cancelled, true)) };
            let plan = self.plan(&record, &facts);
            if plan.is_empty() {
                return Ok((cancelled, true));
            }
            let maker = Maker {
                organisation: &self.organisation.id,
                family,
                account: None,
                said: &self.closing.said,
                request: &self.closing.decision.id,
                reason: Some(&self.closing.decision.name),
                abonnement: None,
                undoes: None,
                moment: self.moment,
            };
            let mut begun = Transaction::of_system();
            begun.check_version(&closing.key(), closing.version);
            let mail = self.mail(family, &plan, account.given_back_by(&self.closing.decision.id));
            let first = !writer.learned().is_told(&mail.id);
            let mut writing = writer.begin(begun, maker, self.organisation, &facts);
            writing.tell_once(&mail);
            let fitting = plan.iter().take_while(|booking| self.cancel(&mut writing, &record, booking)).count();
            let fitting = u32::try_from(fitting).unwrap_or_default();
            writing.count(&counted(closing, fitting, family, first, reached));
            if writer.write(writing).await?.is_some() {
                cancelled += fitting;
            }
        }
        Ok((cancelled, false))
    }

    async fn read(&self, family: &FamilyId) -> Result<Option<Read>, StoreError> {
        let (table, organisation) = (self.table, self.organisation);
        let (from, to) = (self.closing.decision.from, self.closing.decision.to);
        let family_key = keys::family(&organisation.id, family);
        let span = keys::bookings(&organisation.id, family, from, to);
        let (account, adults) =
            (keys::account_of_family(&organisation.id, family), keys::adults(&organisation.id, family));
        let (closing, record, bookings, account, adults) = tokio::join!(
            self.stands(),
            table.get::<FamilyRecord>(&family_key),
            table.query::<BookingRecord>(&span),
            table.query_mixed(&account),
            table.query::<AdultRecord>(&adults)
        );
        let account = Account::of(&account?)?;
        let reached = adults?.iter().any(|adult| adult.adult.is_reached());
        let (Some(closing), Some(record)) = (closing?, record?) else { return Ok(None) };
        let mut rooms: Vec<RoomRecord> = Vec::new();
        if !organisation.capacities.is_empty() {
            let mut monday = Week::of(from).monday();
            while monday <= to {
                rooms.extend(table.query(&keys::rooms(&organisation.id, Week::of(monday))).await?);
                monday = later(monday, 7);
            }
        }
        let (lots, invoiced) = (account.lots.clone(), account.periods.clone());
        let facts = Facts::from(Gathered { bookings: bookings?, rooms, lots, invoiced, documents: None });
        Ok(Some(Read { closing, record, facts, account, reached }))
    }

    /// What goes, in a fixed order. Where an agent saw the child, the day was used and stays; an absence goes with the day.
    fn plan(&self, record: &FamilyRecord, facts: &Facts) -> Vec<BookingRecord> {
        let goes = |booking: &&BookingRecord| {
            concerns(&self.closing.decision, booking.activity.as_str())
                && !booking.was_used()
                && record.family.child(&booking.child).is_some()
        };
        let mut plan: Vec<BookingRecord> = facts.bookings.values().filter(goes).cloned().collect();
        plan.sort_by_key(|booking| (booking.day, booking.child.clone(), booking.activity.clone()));
        plan
    }

    /// Cancels a booking and gives back what was paid for it, as long as that fits.
    fn cancel(&self, writing: &mut Writing, record: &FamilyRecord, booking: &BookingRecord) -> bool {
        let Some(child) = record.family.child(&booking.child) else { return false };
        let action = if booking.status == BookingStatus::Waiting { Action::Leave } else { Action::Cancel };
        let step = Step { activity: booking.activity.clone(), day: booking.day, action, surcharge: 0 };
        let credit = booking.paid.map(|cents| CreditRecord {
            organisation: booking.organisation.clone(),
            family: booking.family.clone(),
            child: booking.child.clone(),
            activity: booking.activity.clone(),
            day: booking.day,
            cents,
            reason: self.closing.decision.name.clone(),
            at: self.moment.business,
        });
        writing.try_credited(child, &step, credit.as_ref())
    }

    /// The mail that names everything that goes. The same family is told of the same closure once, whoever carries it out
    /// and however often.
    fn mail(&self, family: &FamilyId, plan: &[BookingRecord], given_back: i64) -> OutboxRecord {
        let (organisation, decision) = (&self.organisation.id, &self.closing.decision);
        let cancelled = |booking: &BookingRecord| Cancelled {
            child: booking.child.clone(),
            activity: booking.activity.clone(),
            day: booking.day,
            credit: booking.paid,
        };
        let message = Message::DaysClosed {
            organisation: organisation.clone(),
            family: family.clone(),
            name: decision.name.clone(),
            cancelled: plan.iter().map(cancelled).collect(),
            given_back,
        };
        let digest = secret::sha256(&format!("{organisation}#{}#{family}", decision.id));
        OutboxRecord::for_family(digest.chars().take(32).collect(), message, self.moment.wall)
    }
}
