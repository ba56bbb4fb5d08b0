//! The tax certificate: there when a year is over and something of it counts, for the family alone.

use domain::day::parse_day;
use domain::invoice::Line;
use domain::role::Role;
use serde_json::json;
use store::keys;
use store::records::{FamilyRecord, InvoiceRecord, Means, Numbered, PaymentRecord};
use tests::Chain;
use tests::Town;
use tests::activity::activity;
use tests::town::instant;
use tests::village::{Shape, VILLAGE, Village, child_id, family_id, path};
use uuid::Uuid;

const NOW: &str = "2015-06-02T06:00:00Z";

/// Whose care an invoice is about: organisation, family, child, activity.
pub(crate) type Care<'a> = (&'a str, &'a str, &'a str, &'a str);

/// An invoice of 30,00 € of November 2014 for a child of six, of which nothing is paid.
async fn cared_for_in_2014(town: &Town, (organisation, family, child, activity): Care<'_>) {
    let day = |text: &str| parse_day(text).unwrap();
    let line = Line {
        child: Some(child.parse().unwrap()),
        activity: Some(activity.parse().unwrap()),
        ..Line::plain("[Enfant] : Garderie".to_owned(), 3000)
    };
    let (organisation, id) = (organisation.parse().unwrap(), family.parse().unwrap());
    let numbered = Numbered { number: format!("2014-{family}"), issued: day("2014-11-05") };
    let invoice = InvoiceRecord::of_before(&organisation, &id, (numbered, day("2014-12-05")), Vec::new(), vec![line]);
    let mut home: FamilyRecord = town.table().get(&keys::family(&organisation, &id)).await.unwrap().unwrap();
    let cared_for = home.family.children.iter_mut().find(|one| one.id.as_str() == child);
    cared_for.unwrap().born = Some(day("2008-01-01"));
    town.table().write(Chain::new().put(&home).put_new(&invoice)).await.unwrap();
}

/// The same, paid on 1 December 2014.
pub(crate) async fn paid_in_2014(town: &Town, care: Care<'_>) {
    cared_for_in_2014(town, care).await;
    let (organisation, family, ..) = care;
    let payment = PaymentRecord {
        organisation: organisation.parse().unwrap(),
        family: family.parse().unwrap(),
        receipt: format!("R2014-{family}"),
        day: parse_day("2014-12-01").unwrap(),
        means: Means::Cheque,
        cents: 3000,
        reverses: None,
        request: String::new(),
        said: String::new(),
        at: instant("2014-12-01T08:00:00Z"),
    };
    town.table().write(Chain::new().put_new(&payment)).await.unwrap();
}

#[tokio::test]
async fn what_was_paid_for_a_young_child_is_certified_once_its_year_is_over() {
    let town = Town::at(NOW).await;
    let activities = activity("garderie", "Garderie").says("kind = \"childcare\"").price("2,00").to_string();
    let shape = Shape { families: 2, activities: &activities, ..Shape::default() };
    let village = Village::build(&town, town.table(), instant(NOW), &shape).await;
    let (parent, treasurer) = (village.adult(0).await, village.agent_as(Role::Treasurer).await);
    cared_for_in_2014(&town, (VILLAGE, &family_id(0), &child_id(0, 0), "garderie")).await;
    let pay = async |amount: &str, day: &str| {
        let request = Uuid::new_v4().to_string();
        let body = json!({ "request": request, "day": day, "means": "cheque", "amount": amount, "reverses": null });
        treasurer.post(&path(0, "payments"), body).await.ok();
    };
    let certificate = path(0, "certificates/2014");
    assert_eq!(parent.get(&certificate).await.status.as_u16(), 404, "nothing is paid");
    pay("10,00", "2014-12-31").await;
    assert_eq!(parent.get(&path(0, "invoices")).await.ok()["certificates"], json!([2014]));
    let paper = parent.bytes(&certificate).await;
    assert!(paper.starts_with(b"%PDF-"));
    pay("20,00", "2015-01-01").await;
    assert_eq!(parent.bytes(&certificate).await, paper, "what is paid in January is of the next year");
    let early = parent.get(&path(0, "certificates/2015")).await;
    assert_eq!((early.status.as_u16(), early.code()), (409, "year-not-over"));
    for wrong in ["1999", "x", "20145", "2100"] {
        assert_eq!(parent.get(&path(0, &format!("certificates/{wrong}"))).await.status.as_u16(), 404, "{wrong}");
    }
    let other = village.adult(1).await;
    assert_eq!(other.get(&certificate).await.status.as_u16(), 404, "another family's");
}

#[tokio::test]
async fn an_agent_prints_the_certificates_of_all_families_a_page_of_them_at_a_time() {
    /// More than one page of families is read.
    const FAMILIES: usize = 203;
    let town = Town::at(NOW).await;
    let activities = activity("garderie", "Garderie").says("kind = \"childcare\"").price("2,00").to_string();
    let shape = Shape { families: FAMILIES, activities: &activities, ..Shape::default() };
    let village = Village::build(&town, town.table(), instant(NOW), &shape).await;
    let (parent, treasurer) = (village.adult(0).await, village.agent_as(Role::Treasurer).await);
    let certified = [0, 3, FAMILIES - 1];
    for family in certified {
        paid_in_2014(&town, (VILLAGE, &family_id(family), &child_id(family, 0), "garderie")).await;
    }
    let address = format!("/api/organisations/{VILLAGE}/certificates/2014");
    let first = treasurer.get(&address).await.ok();
    let names = |page: &serde_json::Value| -> Vec<(String, String)> {
        let of = |one: &serde_json::Value| {
            (one["family"].as_str().unwrap().to_owned(), one["amount"].as_str().unwrap().replace('\u{a0}', " "))
        };
        page["families"].as_array().unwrap().iter().map(of).collect()
    };
    let told = |family: usize| (family_id(family), "30,00 €".to_owned());
    assert_eq!(names(&first), [told(0), told(3)]);
    let next = first["next"].as_str().unwrap();
    let second = treasurer.get(&format!("{address}?after={next}")).await.ok();
    assert_eq!((names(&second), &second["next"]), (vec![told(FAMILIES - 1)], &json!(null)));
    let file = treasurer.bytes(&format!("{address}/file")).await;
    let text = crate::papers::read_back(&file);
    let named = |family: usize| text.contains(&format!("FAMILLE {family}\n"));
    assert_eq!([0, 3, FAMILIES - 1].map(named), [true, true, false], "{text}");
    assert_eq!(text.matches("Payé en 2014").count(), 2, "one after the other: {text}");
    assert_eq!(
        treasurer.get(&format!("/api/organisations/{VILLAGE}/certificates/2013/file")).await.status.as_u16(),
        404
    );
    assert_eq!(treasurer.get(&format!("/api/organisations/{VILLAGE}/certificates/2015")).await.code(), "year-not-over");
    assert_eq!(village.agent().await.get(&address).await.status.as_u16(), 403, "the desk does not bill");
    assert_eq!(parent.get(&address).await.status.as_u16(), 404);
}
