//! Tickets that count once they are paid count at once when their invoice is paid online.

use domain::wallet::{Counts, Lot};
use store::Record;
use store::records::LotRecord;
use tests::Chain;
use tests::Town;
use tests::town::{TUESDAY, instant};

use crate::online::PAYFIP;

#[tokio::test]
async fn tickets_follow_their_invoice_when_it_is_paid_online() {
    let town = Town::at(TUESDAY).await;
    let debt = PAYFIP;
    let at = instant(TUESDAY);
    let lot = Lot {
        id: debt.invoice.parse().unwrap(),
        activity: "garderie-soir".parse().unwrap(),
        child: None,
        unit: 310,
        bought: 2,
        left: 2,
        refunded: 0,
        opened: domain::day::paris_day(at),
        counts: Counts::AtPayment,
        paid: false,
    };
    let record = LotRecord {
        organisation: debt.organisation.parse().unwrap(),
        family: debt.family.parse().unwrap(),
        lot,
        request: "tickets".to_owned(),
        said: "Chantal DEVRET".to_owned(),
        at,
        version: 1,
    };
    town.table().write(Chain::new().put_new(&record)).await.unwrap();
    let now = async || town.table().get::<LotRecord>(&record.key()).await.unwrap().unwrap();
    let person = debt.person(&town).await;
    let refused = debt.begin(&person).await;
    refused.choose(&town, "refused", "never").await;
    debt.check(&person, &refused.attempt).await;
    assert!(!now().await.lot.is_open(), "the bank refused");
    let begun = debt.begin(&person).await;
    begun.choose(&town, "paid", "never").await;
    debt.check(&person, &begun.attempt).await;
    assert!(now().await.lot.is_open(), "the solde is paid");
}
