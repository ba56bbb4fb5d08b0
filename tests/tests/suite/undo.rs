//! A change taken back: every cell as it was before, whatever others did meanwhile.

use serde_json::{Value, json};
use tests::activity::activity;
use tests::person::state;
use tests::town::{TUESDAY, WEEK_BEFORE, instant};
use tests::village::{Shape, VILLAGE, Village, child_id, family_id, path};
use tests::{Answer, Fault, Person, Town};
use uuid::Uuid;

use crate::{people, world};

const DEVRET: &str = "/api/organisations/jumex/families/devret";
const FRIDAY: &str = "2015-05-29";

fn id() -> String {
    Uuid::new_v4().to_string()
}

/// What a request to take back `made` says, for one day.
fn undo_of(day: &str) -> Value {
    json!({ "request": id(), "from": day, "to": day })
}

async fn undo(person: &Person, place: &str, made: &str, body: &Value) -> Answer {
    person.post(&format!("{place}/changes/{made}/undo"), body.clone()).await
}

async fn click(person: &Person, activity: &str, day: &str, want: &str) -> String {
    let request = id();
    let body = json!({ "request": request, "child": "chloe", "activity": activity, "day": day, "want": want });
    person.put(&format!("{DEVRET}/bookings"), body).await.ok();
    request
}

async fn whole_day(person: &Person, want: &str) -> String {
    let request = id();
    let body = json!({ "request": request, "child": "chloe", "day": FRIDAY, "want": want });
    person.put(&format!("{DEVRET}/days"), body).await.ok();
    request
}

/// The states of Chloé's Friday, activity by activity.
async fn friday(person: &Person) -> Vec<(String, String)> {
    let week = person.week("jumex", "devret", FRIDAY).await.ok();
    let chloe = week["children"].as_array().unwrap().iter().find(|child| child["id"] == "chloe").unwrap();
    let rows = chloe["activities"].as_array().unwrap().iter();
    let id = |row: &Value| row["id"].as_str().unwrap().to_owned();
    rows.map(|row| (id(row), state(&week, "chloe", &id(row), FRIDAY).to_owned())).collect()
}

#[tokio::test]
async fn a_click_is_taken_back_and_taking_it_back_twice_changes_nothing_more() {
    let town = Town::at(TUESDAY).await;
    let chantal = people::chantal(&town).await;
    let before = friday(&chantal).await;
    let made = click(&chantal, "garderie-soir", FRIDAY, "booked").await;
    assert_ne!(friday(&chantal).await, before);
    let body = undo_of(FRIDAY);
    let answer = undo(&chantal, DEVRET, &made, &body).await.ok();
    assert_eq!(friday(&chantal).await, before);
    assert_eq!(answer["restored"], json!([{ "child": "chloe", "activity": "garderie-soir", "day": FRIDAY }]));
    assert_eq!(answer["message"], "Changement annulé : Garderie soir, Chloé, vendredi 29 mai 2015, comme avant.");
    // Booked again by hand in between: a reply that was lost and is asked for again does not cancel that.
    click(&chantal, "garderie-soir", FRIDAY, "booked").await;
    let after = friday(&chantal).await;
    undo(&chantal, DEVRET, &made, &body).await.ok();
    assert_eq!(friday(&chantal).await, after);
    let refused = undo(&chantal, DEVRET, &made, &undo_of(FRIDAY)).await;
    assert_eq!((refused.status.as_u16(), refused.code()), (409, "nothing-undone"), "{}", refused.body);
    assert!(refused.body.to_string().contains("changé depuis"), "{}", refused.body);
    let history = chantal.get(&format!("{DEVRET}/history?day={FRIDAY}")).await.ok();
    assert!(history.to_string().contains("a annulé son changement pour Chloé"), "{history}");
    world::places_agree(&town).await;
}

#[tokio::test]
async fn tout_inscrire_over_a_mix_is_taken_back_to_the_mix() {
    let town = Town::at(TUESDAY).await;
    let chantal = people::chantal(&town).await;
    let mix = friday(&chantal).await;
    let booked = mix.iter().filter(|(_, state)| state == "open_booked").count();
    let free = mix.iter().filter(|(_, state)| state == "open_free").count();
    if booked == 0 {
        click(&chantal, &mix.iter().find(|(_, state)| state == "open_free").unwrap().0, FRIDAY, "booked").await;
    }
    assert!(booked + free > 1, "{mix:?}");
    let mix = friday(&chantal).await;
    let made = whole_day(&chantal, "booked").await;
    assert!(friday(&chantal).await.iter().all(|(_, state)| state != "open_free"));
    let answer = undo(&chantal, DEVRET, &made, &undo_of(FRIDAY)).await.ok();
    assert_eq!(friday(&chantal).await, mix, "{answer}");
    let made = whole_day(&chantal, "free").await;
    undo(&chantal, DEVRET, &made, &undo_of(FRIDAY)).await.ok();
    assert_eq!(friday(&chantal).await, mix);
    world::places_agree(&town).await;
}

#[tokio::test]
async fn what_the_other_parent_changed_since_stays_and_the_rest_goes_back() {
    let town = Town::at(TUESDAY).await;
    let (chantal, marc) = (people::chantal(&town).await, people::marc(&town).await);
    whole_day(&chantal, "free").await;
    let none = friday(&chantal).await;
    let made = whole_day(&chantal, "booked").await;
    click(&marc, "garderie-soir", FRIDAY, "free").await;
    click(&marc, "garderie-soir", FRIDAY, "booked").await;
    let refused = undo(&marc, DEVRET, &made, &undo_of(FRIDAY)).await;
    assert_eq!(refused.status.as_u16(), 404, "it is not his: {}", refused.body);
    let answer = undo(&chantal, DEVRET, &made, &undo_of(FRIDAY)).await.ok();
    let kept = answer["kept"].as_array().unwrap();
    assert_eq!(kept.len(), 1, "{answer}");
    assert_eq!(
        (kept[0]["activity"].as_str(), kept[0]["reason"].as_str()),
        (Some("garderie-soir"), Some("changé depuis"))
    );
    for ((activity, now), (_, before)) in friday(&chantal).await.into_iter().zip(none) {
        let expected = if activity == "garderie-soir" { "open_booked" } else { before.as_str() };
        assert_eq!(now, expected, "{activity}");
    }
}

#[tokio::test]
async fn an_absence_is_taken_back_with_what_it_cancelled_and_what_it_declared() {
    let town = Town::at(TUESDAY).await;
    let chantal = people::chantal(&town).await;
    let week = || async { chantal.week("jumex", "devret", FRIDAY).await.ok()["children"].clone() };
    let before = week().await;
    let request = id();
    let body = json!({
        "request": request, "child": "lou", "from": "2015-05-25", "to": FRIDAY, "reason": "angine", "proof": "none",
    });
    let told = chantal.post(&format!("{DEVRET}/absences"), body).await.ok();
    let cells = told["cancelled"].as_array().unwrap().len() + told["declared"].as_array().unwrap().len();
    assert!(told["cancelled"] != json!([]) && told["declared"] != json!([]), "{told}");
    let asked = json!({ "request": id(), "from": "2015-05-25", "to": FRIDAY });
    let answer = undo(&chantal, DEVRET, &request, &asked).await.ok();
    assert_eq!(answer["restored"].as_array().unwrap().len(), cells, "{answer}");
    assert_eq!(week().await, before);
}

/// A workshop of one place with a line of two.
async fn full(town: &Town) -> (Person, Person, impl Fn(usize) -> String) {
    let workshop = activity("atelier", "Atelier").on_wednesdays_too().price("4,00").places(1, 1).to_string();
    let shape = Shape { families: 2, activities: &workshop, ..Shape::default() };
    let village = Village::build(town, town.table(), instant(WEEK_BEFORE), &shape).await;
    (village.adult(0).await, village.adult(1).await, |family| path(family, "").trim_end_matches('/').to_owned())
}

async fn asked(person: &Person, family: usize, want: &str) -> String {
    let request = id();
    let body = json!({
        "request": request, "child": child_id(family, 0), "activity": "atelier", "day": "2015-06-02", "want": want,
    });
    person.put(&path(family, "bookings"), body).await.ok();
    request
}

#[tokio::test]
async fn a_rank_that_was_given_up_is_lost_and_a_place_that_was_given_is_kept() {
    let town = Town::at(WEEK_BEFORE).await;
    let (first, second, place) = full(&town).await;
    let booked = asked(&first, 0, "booked").await;
    let waits = asked(&second, 1, "waiting").await;
    // The place given back by an undo goes to the line; taking the cancellation back finds it gone.
    let cancelled = asked(&first, 0, "free").await;
    let refused = undo(&first, &place(0), &cancelled, &undo_of("2015-06-02")).await;
    assert_eq!(refused.status.as_u16(), 409, "{}", refused.body);
    assert!(refused.body.to_string().contains("complet"), "{}", refused.body);
    let promoted = undo(&second, &place(1), &waits, &undo_of("2015-06-02")).await;
    assert_eq!(promoted.status.as_u16(), 409, "{}", promoted.body);
    assert!(promoted.body.to_string().contains("une place a été donnée"), "{}", promoted.body);
    let gone = undo(&first, &place(0), &booked, &undo_of("2015-06-02")).await;
    assert!(gone.body.to_string().contains("changé depuis"), "{}", gone.body);
    // Who leaves the line and comes back is at its end, and waits.
    let waits = asked(&first, 0, "waiting").await;
    undo(&first, &place(0), &waits, &undo_of("2015-06-02")).await.ok();
    asked(&first, 0, "waiting").await;
    let left = asked(&first, 0, "free").await;
    undo(&first, &place(0), &left, &undo_of("2015-06-02")).await.ok();
    let week = first.week(VILLAGE, &family_id(0), "2015-06-02").await.ok();
    assert_eq!(state(&week, &child_id(0, 0), "atelier", "2015-06-02"), "waiting");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_undo_whose_replies_are_lost_and_a_click_of_the_other_parent_leave_one_true_state() {
    for seed in [3, 4, 5] {
        let town = Town::at(WEEK_BEFORE).await;
        let (chantal, marc) = (people::chantal(&town).await, people::marc(&town).await);
        whole_day(&chantal, "free").await;
        let made = whole_day(&chantal, "booked").await;
        town.wire.break_calls(seed, &[(Fault::LostReply, 150), (Fault::LostRequest, 100), (Fault::Conflict, 100)]);
        let body = undo_of(FRIDAY);
        let takes_back = async {
            for _ in 0..20 {
                if undo(&chantal, DEVRET, &made, &body).await.status.as_u16() < 500 {
                    break;
                }
            }
        };
        let clicks = async {
            let request = id();
            let body = json!({
                "request": request, "child": "chloe", "activity": "garderie-soir", "day": FRIDAY, "want": "free",
            });
            for _ in 0..20 {
                if marc.put(&format!("{DEVRET}/bookings"), body.clone()).await.status.as_u16() < 500 {
                    break;
                }
            }
        };
        tokio::join!(takes_back, clicks);
        town.wire.break_calls(1, &[]);
        // Whoever was first: it was to be free again, and it is.
        assert!(friday(&chantal).await.iter().all(|(_, state)| state != "open_booked"), "seed {seed}");
        world::places_agree(&town).await;
    }
}
