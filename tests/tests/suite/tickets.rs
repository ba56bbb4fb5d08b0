//! Tickets bought in advance: invoiced at once, taken by bookings, given back, refunded, and charged nowhere else.

use domain::day::parse_day;
use domain::role::Role;
use reqwest::Method;
use serde_json::{Value, json};
use store::keys;
use store::records::{BookingRecord, LotRecord};
use tests::activity::activity;
use tests::town::{WEEK_BEFORE, instant};
use tests::village::{Shape, VILLAGE, Village, child_id, family_id, path};
use tests::{Answer, Person, Town};
use uuid::Uuid;

pub(crate) const BILLING: &str = "[billing]\nseller = [\"Commune de Village\"]\nautomatic = true\n";
/// « ludo » needs tickets, « judo » takes them where there are some, « forum » counts them once paid.
pub(crate) fn activities() -> String {
    let bought = |id, name, price, packs| {
        activity(id, name).on_wednesdays_too().price(price).says(&format!("prepaid = {{ packs = {packs} }}"))
    };
    let kinds = [
        bought("ludo", "Ludothèque", "3,50", "[2, 5]"),
        bought("judo", "Judo", "6,00", "[1], per_child = true, without_ticket = true"),
        bought("forum", "Forum", "1,00", "[2], counts = \"payment\""),
        bought("atelier", "Atelier", "2,00", "[1]").places(1, 0),
    ];
    kinds.iter().map(ToString::to_string).collect()
}

async fn village(town: &Town, families: usize) -> Village {
    let activities = activities();
    let shape = Shape { families, children: 2, activities: &activities, billing: BILLING, ..Shape::default() };
    Village::build(town, town.table(), instant(WEEK_BEFORE), &shape).await
}

pub(crate) fn purchase(activity: &str, child: Option<String>, quantity: u32) -> Value {
    json!({ "request": Uuid::new_v4().to_string(), "activity": activity, "child": child, "quantity": quantity })
}

async fn buy(person: &Person, family: usize, activity: &str, quantity: u32) -> Value {
    person.post(&path(family, "tickets"), purchase(activity, None, quantity)).await.ok()
}

async fn click(person: &Person, family: usize, activity: &str, day: &str, want: &str) -> Answer {
    let (request, child) = (Uuid::new_v4().to_string(), child_id(family, 0));
    let body = json!({ "request": request, "child": child, "activity": activity, "day": day, "want": want });
    person.put(&path(family, "bookings"), body).await
}

/// What is left and what waits for its payment, on Mes factures.
async fn left(person: &Person, family: usize, activity: &str) -> (u64, u64) {
    let account = person.get(&path(family, "invoices")).await.ok();
    let kinds = account["tickets"].as_array().unwrap().iter().filter(|kind| kind["activity"] == activity);
    let number = |kind: &Value, name: &str| kind[name].as_u64().unwrap();
    kinds.fold((0, 0), |(left, unpaid), kind| (left + number(kind, "left"), unpaid + number(kind, "unpaid")))
}

async fn week(person: &Person, family: usize) -> Value {
    person.get(&path(family, "week?day=2015-05-28")).await.ok()
}

/// Bought is what is left, what was refunded and what lies on bookings, for every lot of a family.
pub(crate) async fn conserved(town: &Town, family: usize) -> Vec<LotRecord> {
    let (organisation, family) = (VILLAGE.parse().unwrap(), family_id(family).parse().unwrap());
    let lots: Vec<LotRecord> = town.table().query(&keys::lots(&organisation, &family)).await.unwrap();
    let (from, to) = (parse_day("2015-01-01").unwrap(), parse_day("2016-12-31").unwrap());
    let bookings = keys::bookings(&organisation, &family, from, to);
    let bookings: Vec<BookingRecord> = town.table().query(&bookings).await.unwrap();
    for record in &lots {
        let used = bookings.iter().filter(|booking| booking.lot.as_ref() == Some(&record.lot.id)).count();
        let lot = &record.lot;
        assert_eq!(lot.bought, lot.left + lot.refunded + u32::try_from(used).unwrap(), "{lot:?}");
    }
    let known =
        |booking: &BookingRecord| booking.lot.as_ref().is_none_or(|id| lots.iter().any(|one| one.lot.id == *id));
    assert!(bookings.iter().all(known));
    lots
}

#[tokio::test]
async fn tickets_are_bought_used_given_back_and_refunded() {
    let town = Town::at(WEEK_BEFORE).await;
    let village = village(&town, 1).await;
    let parent = village.adult(0).await;
    // Without a ticket nothing is booked, and the week says so beforehand.
    let before = week(&parent, 0).await;
    assert_eq!(before["tickets"][0]["sentence"], "Ludothèque : il ne reste aucun ticket");
    let cell = &before["children"][0]["activities"][0]["cells"][1];
    assert_eq!((&cell["state"], &cell["note"]), (&json!("locked_free"), &json!("plus de ticket")));
    assert_eq!((&cell["kind"], &cell["said"]), (&json!("no_ticket"), &json!("non inscrit, plus de ticket")));
    let refused = click(&parent, 0, "ludo", "2015-05-26", "booked").await;
    assert_eq!((refused.status.as_u16(), refused.code()), (409, "no-ticket"));
    let said = refused.body["detail"].as_str().unwrap();
    assert!(said.contains("il ne reste aucun ticket. Achetez-en dans « Mes factures »"), "{said}");
    // Two are bought, once; the price is the server's.
    let wanted = purchase("ludo", None, 2);
    let bought = parent.post(&path(0, "tickets"), wanted.clone()).await.ok();
    assert_eq!(bought["number"], "2015-00001");
    assert_eq!(parent.post(&path(0, "tickets"), wanted).await.ok()["number"], "2015-00001", "once");
    for (body, status) in [
        (purchase("ludo", None, 3), 422),
        (purchase("ludo", Some(child_id(0, 0)), 2), 409),
        (purchase("ludo", Some("personne".to_owned()), 2), 404),
        (purchase("rien", None, 2), 404),
    ] {
        assert_eq!(parent.post(&path(0, "tickets"), body.clone()).await.status.as_u16(), status, "{body}");
    }
    let account = parent.get(&path(0, "invoices")).await.ok();
    assert_eq!(account["owed"], 700);
    assert_eq!(account["invoices"][0]["lines"][0]["sentence"], "2 x Ticket(s) pour le service Ludothèque");
    // They are used, by any child of the family, and no more than there are.
    let booked = click(&parent, 0, "ludo", "2015-05-26", "booked").await.ok();
    assert_eq!(booked["tickets"][0]["sentence"], "Ludothèque : il reste 1 ticket");
    let last = click(&parent, 0, "ludo", "2015-05-27", "booked").await.ok();
    assert_eq!(last["week_changed"], true, "the other cells have no ticket any more");
    assert_eq!(click(&parent, 0, "ludo", "2015-05-28", "booked").await.code(), "no-ticket");
    assert_eq!(week(&parent, 0).await["estimate"]["cents"], 0, "what a ticket paid is not estimated");
    click(&parent, 0, "ludo", "2015-05-26", "free").await.ok();
    assert_eq!(left(&parent, 0, "ludo").await, (1, 0));
    // What is not used is refunded; a ticket that comes back later is refunded by another note.
    let treasurer = village.agent_as(Role::Treasurer).await;
    let note = path(0, "invoices/2015-00001/credit-note");
    for (number, owed) in [("2015-00002", 350), ("2015-00003", 0)] {
        let body = json!({ "request": Uuid::new_v4().to_string(), "reason": "déménagement" });
        assert_eq!(treasurer.post(&note, body.clone()).await.ok()["number"], number);
        assert_eq!(treasurer.post(&note, body).await.ok()["number"], number, "once");
        assert_eq!(parent.get(&path(0, "invoices")).await.ok()["owed"], owed);
        assert_eq!(left(&parent, 0, "ludo").await, (0, 0));
        conserved(&town, 0).await;
        click(&parent, 0, "ludo", "2015-05-27", "free").await.ok();
    }
    filed(&parent, 0).await;
}

/// Waits until every invoice of a family has its PDF.
async fn filed(person: &Person, family: usize) {
    let are = async || {
        let account = person.get(&path(family, "invoices")).await.ok();
        account["invoices"].as_array().unwrap().iter().all(|one| one["filed"] == true).then_some(())
    };
    person.until("every invoice has its PDF", are).await;
}

#[tokio::test]
async fn an_abonnement_takes_the_tickets_there_are_and_a_closure_gives_them_back() {
    let town = Town::at(WEEK_BEFORE).await;
    let village = village(&town, 1).await;
    let parent = village.adult(0).await;
    buy(&parent, 0, "ludo", 5).await;
    let lines = json!([{ "activity": "ludo", "weekdays": ["Mon", "Tue", "Wed", "Thu"] }]);
    let pattern =
        json!({ "child": child_id(0, 0), "lines": lines, "turn": "every", "from": "2015-06-01", "to": "2015-06-11" });
    let abonnement = path(0, &format!("abonnements/{}", Uuid::new_v4()));
    let outcome = parent.put(&abonnement, pattern).await.ok();
    assert_eq!(outcome["summary"], "5 jours réservés et 3 sans ticket.");
    assert_eq!(left(&parent, 0, "ludo").await, (0, 0));
    let closing = format!("/api/organisations/{VILLAGE}/closings/{}", Uuid::new_v4());
    let closed = json!({ "opens": false, "activities": [], "from": "2015-06-01", "to": "2015-06-02", "name": "Grève" });
    village.agent().await.put(&closing, closed).await.ok();
    assert_eq!(left(&parent, 0, "ludo").await, (2, 0));
    let absence = json!({
        "request": Uuid::new_v4().to_string(), "child": child_id(0, 0), "from": "2015-06-03", "to": "2015-06-03",
        "reason": "angine", "proof": "none",
    });
    parent.post(&path(0, "absences"), absence).await.ok();
    assert_eq!(left(&parent, 0, "ludo").await, (3, 0));
    parent.call(Method::DELETE, &abonnement, None).await.ok();
    assert_eq!(left(&parent, 0, "ludo").await, (5, 0));
    conserved(&town, 0).await;
}

#[tokio::test]
async fn who_waits_keeps_a_ticket_until_a_place_is_free() {
    let town = Town::at(WEEK_BEFORE).await;
    let village = village(&town, 3).await;
    let (first, second, third) = (village.adult(0).await, village.adult(1).await, village.adult(2).await);
    for (person, family) in [(&first, 0), (&second, 1), (&third, 2)] {
        buy(person, family, "atelier", 1).await;
    }
    click(&first, 0, "atelier", "2015-05-28", "booked").await.ok();
    click(&second, 1, "atelier", "2015-05-28", "waiting").await.ok();
    assert_eq!(left(&second, 1, "atelier").await, (0, 0));
    click(&third, 2, "atelier", "2015-05-28", "waiting").await.ok();
    click(&third, 2, "atelier", "2015-05-28", "free").await.ok();
    assert_eq!(left(&third, 2, "atelier").await, (1, 0), "who leaves the line has it back");
    click(&first, 0, "atelier", "2015-05-28", "free").await.ok();
    assert_eq!(left(&first, 0, "atelier").await, (1, 0));
    click(&second, 1, "atelier", "2015-05-28", "booked").await.ok();
    for family in 0..3 {
        let lots = conserved(&town, family).await;
        assert_eq!(lots[0].lot.left, u32::from(family != 1), "the place given took the ticket that was kept for it");
    }
    // The desk sees a child of the line, and then does not: the ticket comes back.
    click(&first, 0, "atelier", "2015-05-20", "booked").await.ok();
    click(&third, 2, "atelier", "2015-05-20", "waiting").await.ok();
    let note = |presence: Value, version: u64| {
        json!({
            "day": "2015-05-20", "activity": "atelier", "child": child_id(2, 0), "family": family_id(2),
            "presence": presence, "arrived": null, "left": null, "version": version,
        })
    };
    let (desk, roll) = (village.agent().await, format!("/api/organisations/{VILLAGE}/attendance"));
    desk.put(&roll, note(json!("present_unbooked"), 1)).await.ok();
    conserved(&town, 2).await;
    desk.put(&roll, note(Value::Null, 2)).await.ok();
    assert_eq!(conserved(&town, 2).await[0].lot.left, 1);
}

#[tokio::test]
async fn tickets_that_count_once_paid_follow_payments() {
    let town = Town::at(WEEK_BEFORE).await;
    let village = village(&town, 1).await;
    let (parent, treasurer) = (village.adult(0).await, village.agent_as(Role::Treasurer).await);
    let bought = buy(&treasurer, 0, "forum", 2).await;
    assert!(bought["message"].as_str().unwrap().contains("dès qu’elle sera payée"), "{bought}");
    assert_eq!(left(&parent, 0, "forum").await, (0, 2));
    let refused = click(&parent, 0, "forum", "2015-05-26", "booked").await;
    let said = refused.body["detail"].as_str().unwrap();
    assert!(said.contains("2 tickets s’ajouteront dès que leur facture sera payée"), "{said}");
    let pay = |amount: &str, reverses: Value| {
        json!({
            "request": Uuid::new_v4().to_string(), "day": "2015-05-20", "means": "cheque", "amount": amount,
            "reverses": reverses,
        })
    };
    treasurer.post(&path(0, "payments"), pay("1,99", Value::Null)).await.ok();
    assert_eq!(left(&parent, 0, "forum").await, (0, 2), "a cent is missing");
    let rest = treasurer.post(&path(0, "payments"), pay("0,01", Value::Null)).await.ok();
    assert_eq!(left(&parent, 0, "forum").await, (2, 0));
    click(&parent, 0, "forum", "2015-05-26", "booked").await.ok();
    treasurer.post(&path(0, "payments"), pay("0,01", rest["receipt"].clone())).await.ok();
    assert_eq!(left(&parent, 0, "forum").await, (0, 1), "the cheque came back");
    conserved(&town, 0).await;
}

#[tokio::test]
async fn an_activity_that_books_without_a_ticket_charges_the_month_for_it() {
    let town = Town::at(WEEK_BEFORE).await;
    let village = village(&town, 1).await;
    let parent = village.adult(0).await;
    parent.post(&path(0, "tickets"), purchase("judo", Some(child_id(0, 0)), 1)).await.ok();
    click(&parent, 0, "judo", "2015-05-26", "booked").await.ok();
    click(&parent, 0, "judo", "2015-05-27", "booked").await.ok();
    assert_eq!(week(&parent, 0).await["estimate"]["cents"], 600, "the second has no ticket");
    let lots = conserved(&town, 0).await;
    assert_eq!((lots.len(), lots[0].lot.left), (1, 0));
}

#[tokio::test]
async fn the_demo_has_tickets_that_its_imported_bookings_have_taken() {
    let town = Town::at(WEEK_BEFORE).await;
    let nadia = crate::people::other_organisation(&town).await;
    let account = nadia.get("/api/organisations/aubray/families/vasseur/invoices").await.ok();
    let kind = &account["tickets"][0];
    assert_eq!((&kind["sentence"], &kind["unpaid"]), (&json!("Ludothèque : il reste 2 tickets"), &json!(0)));
    let week = nadia.week("aubray", "vasseur", "2015-05-29").await.ok();
    assert_eq!(week["tickets"][0]["left"], 2);
}
