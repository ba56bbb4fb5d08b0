//! What a folder's families would pay for a month is what its invoicing would charge.

use domain::invoice::Period;
use folder::preview;

use crate::village::Village;

/// What each family would pay, in cents.
fn previewed(village: &Village, month: &str) -> Vec<(String, i64)> {
    let folder = village.read().unwrap();
    let of = preview(&folder, Period::parse(month).unwrap());
    of.into_iter().map(|one| (one.name, one.draft.total())).collect()
}

fn paid(family: &str, cents: i64) -> Vec<(String, i64)> {
    vec![(family.to_owned(), cents)]
}

/// Léo has one ticket and three bookings.
fn with_tickets(prepaid: &str) -> Village {
    Village::new()
        .change("organisation.toml", "[administrator]", "[billing]\nseller = [\"Commune de Bourg\"]\n\n[administrator]")
        .change("activities.toml", "price = \"3,70\"", &format!("price = \"3,70\"\nprepaid = {prepaid}"))
        .write(
            "bookings.csv",
            b"child;activity;day;paid\nleo;cantine;2026-09-07;\nleo;cantine;2026-09-08;\nleo;cantine;2026-09-10;3,70\n",
        )
        .write(
            "invoices.csv",
            b"number;family;issued;due;period;child;activity;quantity;unit;paid;tickets\n\
              2026-00007;blanc;2026-08-28;2026-09-27;;leo;cantine;10;3,70;2026-09-01;1\n",
        )
}

#[test]
fn a_day_with_a_ticket_is_not_charged_again() {
    // One day has the ticket, one is paid already; one is left.
    let village = with_tickets("{ packs = [10], without_ticket = true }");
    assert_eq!(previewed(&village, "2026-09"), paid("BLANC", 370));
}

#[test]
fn a_booking_that_needs_a_ticket_and_has_none_is_not_made_and_costs_nothing() {
    assert_eq!(previewed(&with_tickets("{ packs = [10] }"), "2026-09"), []);
}

#[test]
fn a_yearly_fee_is_charged_in_the_first_month_alone() {
    let tariff = "[[tariff]]\nactivity = \"cantine\"\nprices = [{ amount = \"15,00\", per = \"year_of_family\" }]\n";
    let village = Village::new()
        .change("activities.toml", "price = \"3,70\"\n", tariff)
        .write("bookings.csv", b"child;activity;day\nleo;cantine;2026-09-07\nleo;cantine;2026-10-05\n");
    assert_eq!(previewed(&village, "2026-09"), paid("BLANC", 1500));
    assert_eq!(previewed(&village, "2026-10"), []);
}

#[test]
fn a_month_that_an_invoice_of_before_has_closed_is_not_charged() {
    let village = Village::new().write(
        "invoices.csv",
        b"number;family;issued;due;period;child;activity;quantity;unit;paid\n\
          2026-00001;roux;2026-10-02;2026-11-02;2026-09;zoe;cantine;1;3,70;\n",
    );
    assert_eq!(previewed(&village, "2026-09"), paid("BLANC", 740));
}

#[test]
fn a_dated_quotient_prices_the_days_from_its_own_on() {
    let tariff = "[[tariff]]\nactivity = \"cantine\"\nprices = [{ rate = \"0,515 %\", most = \"3,60\" }]\n";
    let village = Village::new()
        .change("activities.toml", "price = \"3,70\"\n", tariff)
        .write("families.csv", b"family;name;town;qf\nroux;ROUX;BOURG;\nblanc;BLANC;BOURG;400\n")
        .write(
            "situations.csv",
            b"family;from;qf;outside\nblanc;1/1/2027;1\xc2\xa0000;\nblanc;2027-02-01;unknown;yes\n",
        )
        .write(
            "bookings.csv",
            b"child;activity;day\nleo;cantine;2026-12-14\nleo;cantine;2027-01-04\nleo;cantine;2027-02-01\n",
        );
    assert_eq!(previewed(&village, "2026-12"), paid("BLANC", 206), "0,515 % of 400");
    assert_eq!(previewed(&village, "2027-01"), paid("BLANC", 360), "the ceiling of 0,515 % of 1000");
    assert_eq!(previewed(&village, "2027-02"), paid("BLANC", 360), "the highest price, for nobody knows");
    let folder = village.read().unwrap();
    let family = &folder.families[1].family;
    let day = crate::village::day;
    assert!(family.payer(day("2027-01-31")).resident && !family.payer(day("2027-02-01")).resident);
}
