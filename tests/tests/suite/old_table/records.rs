//! Every item an older version wrote is read by its record today, and written again without losing a member.

use std::collections::BTreeSet;

use serde_dynamo::{AttributeValue, Item};
use store::Record;
use store::records as of;
use tests::contract::project_file;

use super::kept;

/// What became of a member that today's code does not write under the name an older version gave it.
enum Fate {
    /// It is read under both names, and written under this one.
    #[allow(dead_code, reason = "until the first one is renamed")]
    Renamed(&'static str),
    /// Nobody needs it any more: why.
    Dropped(#[allow(dead_code, reason = "it is there to be read")] &'static str),
}

/// The record and the path of such a member. A line is never taken out: its name is spent.
const FATES: [(&str, Fate); 3] = [
    ("WorkRecord.work.kind", Fate::Dropped(ONE_PRINT)),
    ("WorkRecord.work.family", Fate::Dropped(ONE_PRINT)),
    ("WorkRecord.work.number", Fate::Dropped(ONE_PRINT)),
];

const ONE_PRINT: &str = "a work that printed one invoice is read, and written as one that prints several";

/// Reads an item by its record; where that record lies, and how it is written.
type Rewrite = fn(Item) -> Result<(String, String, Item), String>;

/// A row of the chart in `docs/DATA.md`: how its keys begin, its record.
struct Kind {
    pk: &'static str,
    sk: &'static str,
    record: &'static str,
    rewrite: Rewrite,
}

macro_rules! kinds {
    ($($pk:literal $sk:literal $record:ident,)*) => {
        [$(Kind { pk: $pk, sk: $sk, record: stringify!($record), rewrite: rewrite::<of::$record> }),*]
    };
}

const KINDS: [Kind; 75] = kinds![
    "ACCOUNT#" "ACCOUNT" AccountRecord,
    "ACCOUNT#" "SESSION#" SessionRecord,
    "ACCOUNT#" "MEMBER#" MembershipRecord,
    "ACCOUNT#" "ROLE#" RoleRecord,
    "STAFF#" "" StaffRecord,
    "INVITATION#" "" InvitationRecord,
    "FAMILY#" "INVITED#" InvitationRecord,
    "CREDENTIALS#" "CREDENTIALS" CredentialsRecord,
    "NAME#" "NAME" NameRecord,
    "THROTTLE#" "THROTTLE" ThrottleRecord,
    "TOKEN#" "TOKEN" TokenRecord,
    "SIGNING" "" SigningKeyRecord,
    "PUBLIC" "" PublicKeyRecord,
    "ORGANISATION#" "ORGANISATION" OrganisationRecord,
    "ORGANISATION#" "PUBLISHED" PublishedRecord,
    "NEWS#" "" NewsRecord,
    "MENU#" "" MenuRecord,
    "ACCEPTANCE#" "" AcceptanceRecord,
    "DIRECTORY#" "" DirectoryRecord,
    "LISTED#" "" ListedRecord,
    "AWAITED#" "" AwaitedRecord,
    "FIND#" "" FindRecord,
    "FAMILY#" "FINDABLE" FindableRecord,
    "FAMILY#" "FAMILY" FamilyRecord,
    "FAMILY#" "ADULT#" AdultRecord,
    "FAMILY#" "DOSSIER" DossierRecord,
    "FAMILY#" "READING#" ReadingRecord,
    "FAMILY#" "SERVICENOTE#" ServiceNoteRecord,
    "FAMILY#" "SERVICENOTE" BoundRecord,
    "CHECK#" "" CheckRecord,
    "HEALTH#" "HEALTH" HealthRecord,
    "HEALTHKEY" "" HealthKeyRecord,
    "FAMILY#" "BOOKING#" BookingRecord,
    "FAMILY#" "CHANGE#" ChangeRecord,
    "FAMILY#" "ABONNEMENT#" AbonnementRecord,
    "FAMILY#" "WISHES" WishesRecord,
    "FAMILY#" "CREDIT#" CreditRecord,
    "DAY#" "" PlaceRecord,
    "ROOM#" "" RoomRecord,
    "CLOSING#" "" ClosingRecord,
    "ORGANISATIONS" "" OrganisationEntry,
    "FEED#" "FEED" FeedRecord,
    "DIGEST#" "" DigestRecord,
    "REMINDER#" "" ReminderRecord,
    "FAMILY#" "INVOICE#" InvoiceRecord,
    "FAMILY#" "LOT#" LotRecord,
    "FAMILY#" "NOTICE#" DebtNoticeRecord,
    "ROUND#" "" RoundRecord,
    "SECURITY#" "" SecurityEventRecord,
    "FAMILY#" "PAYMENT#" PaymentRecord,
    "FAMILY#" "PERIOD#" PeriodRecord,
    "FAMILY#" "ONLINE#" AttemptRecord,
    "FAMILY#" "ONLINE" OnlineRecord,
    "ASKING#" "" AskingRecord,
    "DOUBT#" "" DoubtRecord,
    "PROVIDER#" "CARD" CardKeysRecord,
    "RUN#" "" RunRecord,
    "DRAFT#" "" DraftRecord,
    "SERIES#" "" SeriesRecord,
    "WORK#" "" WorkRecord,
    "FAMILY#" "SITUATION#" SituationRecord,
    "FAMILY#" "DOCUMENT#" DocumentRecord,
    "FAMILY#" "DOCUMENT" BoundRecord,
    "FAMILY#" "ARCHIVE" BoundRecord,
    "FAMILY#" "PIECES" PiecesRecord,
    "FAMILY#" "OPENED#" OpeningRecord,
    "REVIEW#" "" ReviewRecord,
    "EXPIRY#" "" ExpiryRecord,
    "DISCARD" "" DiscardRecord,
    "OUTBOX#" "" OutboxRecord,
    "TROUBLE#" "" MailTroubleRecord,
    "FAMILY#" "ARCHIVE#" ArchiveRecord,
    "ERASURE#" "" ErasureRecord,
    "PRIVACY#TASKS" "" PrivacyTaskRecord,
    "IMPORT#" "" ImportedRecord,
];

fn rewrite<R: Record>(item: Item) -> Result<(String, String, Item), String> {
    let record: R = serde_dynamo::from_item(item).map_err(|error| error.to_string())?;
    let key = record.key();
    let written = serde_dynamo::to_item(&record).map_err(|error| error.to_string())?;
    Ok((key.pk, key.sk, written))
}

impl Kind {
    /// A beginning with `#` is a beginning; without, it is the whole key. Nothing stands for every key.
    fn holds(&self, pk: &str, sk: &str) -> bool {
        let fits = |pattern: &str, key: &str| match pattern {
            "" => true,
            beginning if beginning.ends_with('#') => key.starts_with(beginning),
            whole => key == whole,
        };
        fits(self.pk, pk) && fits(self.sk, sk)
    }
}

/// The kind of an item by its key: one, and no other.
fn kind(pk: &str, sk: &str) -> &'static Kind {
    const ALL: &[Kind] = &KINDS;
    let found: Vec<&Kind> = ALL.iter().filter(|kind| kind.holds(pk, sk)).collect();
    assert_eq!(found.len(), 1, "{pk} {sk} is of {} kinds", found.len());
    found[0]
}

/// Items that today's code reads no more, with what comes instead.
const FORGOTTEN: [(&str, &str); 1] =
    [("DEBTS#", "how far the reminders of a day were: the day is gone over anew, each step still goes once")];

fn is_forgotten(item: &Item) -> bool {
    FORGOTTEN.iter().any(|(pk, _)| text(item, "pk").starts_with(pk))
}

/// A mail that had ended lay among those that wait; now it lies apart, and moves there with its next step.
fn lay_elsewhere(pk: &str, at: &str) -> bool {
    pk.starts_with("OUTBOX#") && at.starts_with("OUTBOX#ENDED#")
}

fn text<'a>(item: &'a Item, name: &str) -> &'a str {
    match item.inner().get(name) {
        Some(AttributeValue::S(text)) => text,
        other => panic!("{name}: {other:?}"),
    }
}

/// What of a value is not, or not the same, in another; each by its path.
fn lost(
    fates: &[(&str, Fate)],
    path: &str,
    old: &AttributeValue,
    new: Option<&AttributeValue>,
    told: &mut Vec<String>,
) {
    match (old, new) {
        (AttributeValue::M(old), Some(AttributeValue::M(new))) => {
            for (name, value) in old {
                let path = format!("{path}.{name}");
                match fates.iter().find(|(known, _)| *known == path).map(|(_, fate)| fate) {
                    None => lost(fates, &path, value, new.get(name), told),
                    Some(Fate::Renamed(today)) => lost(fates, &path, value, new.get(*today), told),
                    Some(Fate::Dropped(_)) => {}
                }
            }
        }
        (AttributeValue::L(old), Some(AttributeValue::L(new))) if old.len() == new.len() => {
            old.iter().zip(new).for_each(|(old, new)| lost(fates, &format!("{path}[]"), old, Some(new), told));
        }
        (old, Some(new)) if old == new => {}
        _ => told.push(path.to_owned()),
    }
}

#[test]
fn every_item_is_read_by_its_record_and_written_again_without_losing_a_member() {
    let mut faults = BTreeSet::new();
    for fixture in kept::all() {
        for item in fixture.items().into_iter().filter(|item| !is_forgotten(item)) {
            let (pk, sk) = (text(&item, "pk").to_owned(), text(&item, "sk").to_owned());
            let kind = kind(&pk, &sk);
            let mut old = item.clone().into_inner();
            old.retain(|name, _| !matches!(name.as_str(), "pk" | "sk"));
            match (kind.rewrite)(item) {
                Err(error) => drop(faults.insert(format!("{}: {pk} {sk}: {error}", kind.record))),
                Ok((at, below, written)) => {
                    let known = (&at, &below) == (&pk, &sk) || lay_elsewhere(&pk, &at);
                    assert!(known, "{}: it knows where it lies: {pk} {sk}, not {at} {below}", kind.record);
                    let (mut told, new) = (Vec::new(), AttributeValue::M(written.into_inner()));
                    lost(&FATES, kind.record, &AttributeValue::M(old), Some(&new), &mut told);
                    faults.extend(told);
                }
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn a_lost_member_is_told_by_its_path_and_a_new_or_renamed_one_is_not() {
    let item = |text: &str| -> AttributeValue { serde_json::from_str(text).unwrap() };
    let told = |fates: &[(&str, Fate)], old: &str, new: &str| {
        let mut told = Vec::new();
        lost(fates, "R", &item(old), Some(&item(new)), &mut told);
        told
    };
    let old = r#"{"M": {"a": {"N": "1"}, "b": {"L": [{"M": {"c": {"S": "x"}}}]}}}"#;
    let list = r#"{"L": [{"M": {"c": {"S": "x"}}}]}"#;
    let with = |members: &str| format!(r#"{{"M": {{{members}}}}}"#);
    assert_eq!(told(&[], old, old), [""; 0]);
    assert_eq!(told(&[], old, &with(&format!(r#""a": {{"N": "1"}}, "b": {list}, "new": {{"N": "1"}}"#))), [""; 0]);
    assert_eq!(told(&[], old, &with(&format!(r#""a": {{"N": "2"}}, "b": {list}"#))), ["R.a"]);
    assert_eq!(told(&[], old, &with(r#""a": {"N": "1"}, "b": {"L": [{"M": {}}]}"#)), ["R.b[].c"]);
    assert_eq!(told(&[], old, &with(r#""a": {"N": "1"}, "b": {"L": []}"#)), ["R.b"]);
    let renamed = with(&format!(r#""z": {{"N": "1"}}, "b": {list}"#));
    assert_eq!(told(&[], old, &renamed), ["R.a"]);
    assert_eq!(told(&[("R.a", Fate::Renamed("z"))], old, &renamed), [""; 0]);
    assert_eq!(told(&[("R.a", Fate::Renamed("b"))], old, &renamed), ["R.a"], "it has the value there");
    assert_eq!(told(&[("R.a", Fate::Dropped("nobody reads it"))], old, &renamed), [""; 0]);
}

#[test]
fn the_chart_has_a_row_for_each_kind_and_the_fixture_of_fb73a2b_an_item() {
    let chart = project_file("docs/DATA.md");
    let rows = chart.lines().filter(|line| line.starts_with("| `")).filter_map(|line| {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let record = cells.get(3)?.strip_prefix('`')?.strip_suffix('`')?;
        (record.ends_with("Record") || record.ends_with("Entry")).then(|| record.to_owned())
    });
    let charted: BTreeSet<String> = rows.collect();
    let known: BTreeSet<String> = KINDS.iter().map(|kind| kind.record.to_owned()).collect();
    assert_eq!(charted, known, "the chart and the kinds here");
    let fixture = kept::of("fb73a2b");
    let items = fixture.items();
    let known_items = items.iter().filter(|item| !is_forgotten(item));
    let held: BTreeSet<String> =
        known_items.map(|item| kind(text(item, "pk"), text(item, "sk")).record.to_owned()).collect();
    // What came after fb73a2b is not in its table.
    const LATER: [&str; 10] = [
        "AwaitedRecord",
        "BoundRecord",
        "FindRecord",
        "FindableRecord",
        "InvitationRecord",
        "ListedRecord",
        "RoundRecord",
        "SecurityEventRecord",
        "ServiceNoteRecord",
        "SituationRecord",
    ];
    let missing: Vec<&String> = known.difference(&held).filter(|record| !LATER.contains(&record.as_str())).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
