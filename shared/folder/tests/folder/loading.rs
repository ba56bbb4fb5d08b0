//! Loading a folder: once, again, changed, interrupted, beside what parents do.

use folder::{OrganisationFolder, Report, load, read};
use store::records::{AdultRecord, BookingRecord, BookingStatus, FamilyRecord, OrganisationRecord, PlaceRecord};
use store::{Transaction, keys};

use crate::table::{Contents, Store, differing, moment};
use crate::village::{Village, day, demo};

async fn loaded(store: &Store, folder: &OrganisationFolder) -> Report {
    load(&store.table, folder, moment()).await.unwrap()
}

fn count(contents: &Contents, pk: &str, sk: &str) -> usize {
    contents.keys().filter(|(at, of)| at.starts_with(pk) && of.starts_with(sk)).count()
}

#[tokio::test]
async fn a_second_load_reads_the_marks_and_writes_nothing() {
    let store = Store::new().await;
    let folder = read(&demo("jumex"), day("2026-11-23")).unwrap();
    let first = loaded(&store, &folder).await;
    assert_eq!((first.changed, first.unchanged), (0, 0));
    let before = store.contents().await;
    let calls = store.calls();
    let second = loaded(&store, &folder).await;
    assert_eq!(store.calls() - calls, 1, "one query");
    assert_eq!((second.created, second.changed, second.unchanged), (0, 0, first.created));
    assert!(second.is_unchanged() && second.left.is_empty());
    assert_eq!(differing(&before, &store.contents().await), [""; 0]);
}

#[tokio::test]
async fn everything_of_the_folder_is_in_the_table() {
    let store = Store::new().await;
    let folder = Village::new().read().unwrap();
    loaded(&store, &folder).await;
    let bourg = "bourg".parse().unwrap();
    let roux = "roux".parse().unwrap();
    let organisation: OrganisationRecord = store.table.get(&keys::organisation(&bourg)).await.unwrap().unwrap();
    assert_eq!(organisation.organisation, folder.organisation);
    let family: FamilyRecord = store.table.get(&keys::family(&bourg, &roux)).await.unwrap().unwrap();
    assert_eq!((&family.family, family.version), (&folder.families[0].family, 1));
    let adult: AdultRecord = store.table.get(&keys::adult(&bourg, &roux, "eva")).await.unwrap().unwrap();
    assert!(adult.adult.invited && adult.adult.account.is_none());
    let (zoe, cantine) = ("zoe".parse().unwrap(), "cantine".parse().unwrap());
    let monday = day("2026-09-14");
    let place: PlaceRecord = store.table.get(&keys::place(&bourg, &zoe, monday, &cantine)).await.unwrap().unwrap();
    assert_eq!(place.family, roux);
    let booking = keys::booking(&bourg, &roux, monday, &zoe, &cantine);
    let booking: BookingRecord = store.table.get(&booking).await.unwrap().unwrap();
    assert_eq!(booking.at, moment().business);
    let contents = store.contents().await;
    assert_eq!(count(&contents, "OUTBOX#", ""), 2, "the administrator and Eva are invited");
    assert_eq!(count(&contents, "DIRECTORY#bourg", ""), 2);
    assert_eq!(count(&contents, "FAMILY#bourg", "BOOKING#"), folder.bookings.len());
}

#[tokio::test]
async fn a_changed_row_changes_only_itself() {
    let store = Store::new().await;
    loaded(&store, &Village::new().read().unwrap()).await;
    let before = store.contents().await;
    let village = Village::new().change("families.csv", "ROUX;BOURG", "ROUX;LE BOURG");
    let report = loaded(&store, &village.read().unwrap()).await;
    assert_eq!((report.created, report.changed), (0, 1));
    let after = store.contents().await;
    // The entry by which agents find it says the same as before.
    assert_eq!(differing(&before, &after), ["FAMILY#bourg#roux FAMILY", "IMPORT#bourg family/roux"]);
    let key = keys::family(&"bourg".parse().unwrap(), &"roux".parse().unwrap());
    let family: FamilyRecord = store.table.get(&key).await.unwrap().unwrap();
    assert_eq!(family.version, 2, "a click decided on the family as it was must be decided again");
}

#[tokio::test]
async fn an_adult_keeps_account_and_is_invited_once() {
    let store = Store::new().await;
    loaded(&store, &Village::new().read().unwrap()).await;
    let key = keys::adult(&"bourg".parse().unwrap(), &"roux".parse().unwrap(), "eva");
    let mut adult: AdultRecord = store.table.get(&key).await.unwrap().unwrap();
    adult.adult.account = Some("abc".parse().unwrap());
    adult.version = 2;
    let mut transaction = Transaction::of_system();
    transaction.put_over(&adult, 1);
    store.table.write(transaction).await.unwrap();
    let village = Village::new().change("adults.csv", "Eva;ROUX;eva@mail.example", "Éva;ROUX;nouveau@mail.example");
    let report = loaded(&store, &village.read().unwrap()).await;
    assert_eq!(report.changed, 2, "the adult, and the family whose entry names her");
    let after: AdultRecord = store.table.get(&key).await.unwrap().unwrap();
    assert_eq!((after.adult.first_name.as_str(), after.version), ("Éva", 3));
    assert_eq!(after.adult.account, adult.adult.account);
    assert_eq!(count(&store.contents().await, "OUTBOX#", ""), 2);
}

#[tokio::test]
async fn a_booking_a_parent_cancelled_stays_cancelled() {
    let store = Store::new().await;
    let folder = Village::new().read().unwrap();
    loaded(&store, &folder).await;
    let (bourg, booking) = ("bourg".parse().unwrap(), &folder.bookings[0]);
    let mut cancel = Transaction::of_system();
    cancel.delete_existing(&keys::booking(&bourg, &booking.family, booking.day, &booking.child, &booking.activity));
    cancel.delete_existing(&keys::place(&bourg, &booking.child, booking.day, &booking.activity));
    store.table.write(cancel).await.unwrap();
    let before = store.contents().await;
    let village = Village::new().change("bookings.csv", "leo;cantine", "leo;cantine;2026-09-08\nleo;cantine");
    let village = village.change("bookings.csv", "2026-09-08\n", "2026-09-08\n");
    let report = loaded(&store, &village.read().unwrap()).await;
    assert_eq!((report.created, report.changed), (1, 0), "the new row of Léo's, and nothing else");
    let changed = differing(&before, &store.contents().await);
    assert_eq!(
        changed,
        [
            "DAY#bourg#2026-09-08#cantine leo",
            "FAMILY#bourg#blanc BOOKING#2026-09-08#leo#cantine",
            "IMPORT#bourg booking/leo/cantine/2026-09-08"
        ]
    );
}

#[tokio::test]
async fn a_booking_a_parent_made_first_is_kept_and_told_once() {
    let store = Store::new().await;
    let folder = Village::new().read().unwrap();
    let mine = &folder.bookings[2];
    let organisation = folder.organisation.id.clone();
    let place = PlaceRecord {
        organisation,
        family: mine.family.clone(),
        child: mine.child.clone(),
        activity: mine.activity.clone(),
        day: mine.day,
        status: BookingStatus::Booked,
    };
    let mut transaction = Transaction::of_system();
    transaction.put_new(&place);
    store.table.write(transaction).await.unwrap();
    let report = loaded(&store, &folder).await;
    assert_eq!(report.kept, ["booking/leo/cantine/2026-09-07"]);
    assert_eq!(count(&store.contents().await, "FAMILY#bourg", "BOOKING#"), 2, "the others are written all the same");
    let again = loaded(&store, &folder).await;
    assert!(again.is_unchanged() && again.kept.is_empty());
}

#[tokio::test]
async fn rows_that_are_gone_are_named_and_left_alone() {
    let store = Store::new().await;
    loaded(&store, &Village::new().read().unwrap()).await;
    let before = store.contents().await;
    let village = Village::new().change("bookings.csv", "leo;cantine;2026-09-07\n", "");
    let report = loaded(&store, &village.read().unwrap()).await;
    assert_eq!(report.left, ["booking/leo/cantine/2026-09-07"]);
    assert_eq!(differing(&before, &store.contents().await), [""; 0]);
}

/// What a table holds but for what differs from one load to another: the ids of mails, which an invitation names too.
fn without_mails(contents: Contents) -> Contents {
    let differs = |pk: &str| pk.starts_with("OUTBOX#") || pk.starts_with("INVITATION#");
    contents.into_iter().filter(|((pk, _), _)| !differs(pk)).collect()
}

#[tokio::test]
async fn an_import_killed_anywhere_resumes() {
    let folder = read(&demo("jumex"), day("2026-11-23")).unwrap();
    let whole = Store::new().await;
    loaded(&whole, &folder).await;
    let calls_of_a_load = 1 + 2 + folder.bookings.len().div_ceil(33);
    let whole = without_mails(whole.contents().await);
    for limit in 0..calls_of_a_load {
        let store = Store::new().await;
        load(&store.failing_after(limit), &folder, moment()).await.unwrap_err();
        loaded(&store, &folder).await;
        let contents = store.contents().await;
        assert_eq!(count(&contents, "OUTBOX#", ""), 1, "one invitation after a stop at call {limit}");
        assert_eq!(count(&contents, "INVITATION#", ""), 1, "and its link, after a stop at call {limit}");
        assert_eq!(differing(&whole, &without_mails(contents)), [""; 0], "after a stop at call {limit}");
    }
}

#[tokio::test]
async fn two_imports_at_once_write_everything_once() {
    let folder = read(&demo("jumex"), day("2026-11-23")).unwrap();
    let store = Store::new().await;
    let (one, two) = tokio::join!(load(&store.table, &folder, moment()), load(&store.table, &folder, moment()));
    assert!(one.unwrap().kept.is_empty() && two.unwrap().kept.is_empty());
    let contents = store.contents().await;
    assert_eq!(count(&contents, "OUTBOX#", ""), 1);
    assert_eq!(count(&contents, "FAMILY#jumex", "BOOKING#"), folder.bookings.len());
    assert_eq!(count(&contents, "DAY#jumex", ""), folder.bookings.len());
}

#[tokio::test]
async fn two_organisations_stay_apart() {
    let store = Store::new().await;
    let today = day("2026-11-23");
    loaded(&store, &read(&demo("jumex"), today).unwrap()).await;
    let before = store.contents().await;
    loaded(&store, &read(&demo("aubray"), today).unwrap()).await;
    let after = store.contents().await;
    let written = differing(&before, &after);
    let aubrays = |key: &String| {
        key.contains("#aubray")
            || key.starts_with("OUTBOX#")
            || key.starts_with("WORK#")
            || key == "ORGANISATIONS aubray"
    };
    assert!(!written.is_empty() && written.iter().all(aubrays), "{written:?}");
    assert!(after.contains_key(&("DAY#aubray#2015-05-27#accueil-du-mercredi".to_owned(), "chloe".to_owned())));
    assert!(after.contains_key(&("DAY#jumex#2015-05-25#cantine-maternelle".to_owned(), "chloe".to_owned())));
}
