//! An item of before its record had versions counts as version 0: it is written over once, and never brought back.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use store::records::{DiscardRecord, MembershipRecord};
use store::{Failure, Read, Record, Table, Version};
use tests::Chain;
use tests::Town;

fn membership(version: Version) -> MembershipRecord {
    MembershipRecord {
        account: "0123456789abcdef0123456789abcdef".parse().unwrap(),
        organisation: "jumex".parse().unwrap(),
        family: "devret".parse().unwrap(),
        adult: "chantal".to_owned(),
        said: "Chantal DEVRET".to_owned(),
        version,
    }
}

/// Writes it as fb73a2b does: without a version.
async fn write_as_before(town: &Town) {
    let record = membership(Version::default());
    let key = record.key();
    let mut item: HashMap<String, AttributeValue> = serde_dynamo::aws_sdk_dynamodb_1::to_item(&record).unwrap();
    item.remove("version").unwrap();
    item.insert("pk".to_owned(), AttributeValue::S(key.pk));
    item.insert("sk".to_owned(), AttributeValue::S(key.sk));
    town.client().put_item().table_name(town.portal.table_name()).set_item(Some(item)).send().await.unwrap();
}

async fn read(table: &Table) -> Option<MembershipRecord> {
    table.get(&membership(Version::FIRST).key()).await.unwrap()
}

/// Whether a transaction was written, and not refused for its first condition.
async fn holds(table: &Table, transaction: Chain) -> bool {
    match table.write(transaction).await {
        Ok(()) => true,
        Err(Failure::Conditions(failed)) if failed == [0] => false,
        Err(failure) => panic!("{failure}"),
    }
}

#[tokio::test]
async fn an_item_without_a_version_is_written_over_once_and_not_brought_back() {
    let town = Town::with(|options| options.demo = false).await;
    let table = town.table();
    let next = membership(Version::FIRST);
    let key = next.key();
    let over = |read: Read| Chain::new().put_over(&next, read);
    let beside = DiscardRecord { id: "x".to_owned(), files: Vec::new() };
    let counting_on = |read: Version| Chain::new().check_version(&key, read).put(&beside);
    let removing = |read: Version| Chain::new().delete_version(&key, read);
    // Two who have read the same: the second sees that somebody was faster.
    write_as_before(&town).await;
    let known = read(&table).await.unwrap().version;
    assert_eq!(Read::from(known), Read::Unversioned);
    assert!(!holds(&table, over(Read::Absent)).await, "it is there");
    assert!(holds(&table, counting_on(known)).await);
    assert!(holds(&table, over(known.into())).await);
    assert!(!holds(&table, over(known.into())).await);
    assert!(!holds(&table, counting_on(known)).await);
    assert!(!holds(&table, removing(known)).await);
    // An older function writes it anew, and takes the version away: whoever has read version 1 sees it.
    write_as_before(&town).await;
    assert!(!holds(&table, over(Version::FIRST.into())).await);
    assert!(!holds(&table, counting_on(Version::FIRST)).await);
    // What was removed meanwhile stays removed.
    assert!(holds(&table, removing(known)).await);
    assert!(!holds(&table, over(known.into())).await);
    assert!(!holds(&table, counting_on(known)).await);
    assert!(!holds(&table, removing(known)).await);
    assert!(read(&table).await.is_none());
    assert!(holds(&table, over(Read::Absent)).await, "nothing was there");
}
