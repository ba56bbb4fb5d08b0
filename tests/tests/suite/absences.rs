//! A parent says that a child will not come, or did not.

use serde_json::{Value, json};
use tests::town::TUESDAY;
use tests::village::freeze;
use tests::{Person, Town};
use uuid::Uuid;

use crate::people;

const PATH: &str = "/api/organisations/jumex/families/devret/absences";

fn absence(from: &str, to: &str) -> Value {
    json!({
        "request": Uuid::new_v4().to_string(), "child": "lou", "from": from, "to": to, "reason": "angine",
        "proof": "to_come",
    })
}

async fn states(person: &Person) -> Vec<String> {
    let week = person.week("jumex", "devret", "2015-05-26").await.ok();
    let lou = week["children"].as_array().unwrap().iter().find(|child| child["id"] == "lou").unwrap().clone();
    let cells = lou["activities"].as_array().unwrap().iter().flat_map(|row| row["cells"].as_array().unwrap().clone());
    cells.map(|cell| cell["state"].as_str().unwrap().to_owned()).filter(|state| state.ends_with("booked")).collect()
}

#[tokio::test]
async fn what_is_in_time_is_cancelled_and_the_rest_kept_with_the_reason() {
    let town = Town::at(TUESDAY).await;
    let (chantal, agent) = (people::chantal(&town).await, people::agent(&town, people::DESK).await);
    let before = states(&chantal).await;
    let open = before.iter().filter(|state| *state == "open_booked").count();
    let locked = before.iter().filter(|state| *state == "locked_booked").count();
    assert!(open > 0 && locked > 0, "{before:?}");
    let body = absence("2015-05-25", "2015-05-29");
    let answer = chantal.post(PATH, body.clone()).await.ok();
    assert_eq!(answer["cancelled"].as_array().unwrap().len(), open, "{answer}");
    assert_eq!(answer["declared"].as_array().unwrap().len(), locked, "{answer}");
    assert_eq!(states(&chantal).await, vec!["locked_booked"; locked]);
    let again = chantal.post(PATH, body).await.ok();
    assert_eq!((&again["cancelled"], &again["declared"]), (&json!([]), &json!([])), "repeating changes nothing");
    let roll = agent.get("/api/organisations/jumex/attendance?day=2015-05-26&activity=cantine-maternelle").await.ok();
    let lou = roll["children"].as_array().unwrap().iter().find(|row| row["child"] == "lou").unwrap().clone();
    assert_eq!(lou["absence"], json!({ "reason": "angine", "proof": "to_come" }));
    let history = chantal.get("/api/organisations/jumex/families/devret/history?day=2015-05-26").await.ok();
    assert!(history.to_string().contains("a signalé l’absence de Lou"), "{history}");
}

#[tokio::test]
async fn an_absence_without_a_reason_or_too_long_ago_is_refused() {
    let town = Town::at(TUESDAY).await;
    let chantal = people::chantal(&town).await;
    let with = |field: &str, value: Value| {
        let mut body = absence("2015-05-28", "2015-05-28");
        body[field] = value;
        body
    };
    for (body, status) in [
        (with("reason", json!(" ")), 422),
        (with("to", json!("2015-05-27")), 422),
        (with("to", json!("2015-12-31")), 422),
        (with("from", json!("2015-03-01")), 422),
        (with("child", json!("nobody")), 404),
        (with("proof", json!("trust me")), 400),
    ] {
        assert_eq!(chantal.post(PATH, body.clone()).await.status.as_u16(), status, "{body}");
    }
}

#[tokio::test]
async fn a_month_that_is_invoiced_takes_no_absence_any_more() {
    let town = Town::at(TUESDAY).await;
    let (chantal, agent) = (people::chantal(&town).await, people::agent(&town, people::DESK).await);
    let before = states(&chantal).await.len();
    freeze(&town.table(), "jumex", "devret", "2015-05").await;
    let refused = chantal.post(PATH, absence("2015-05-25", "2015-05-29")).await;
    assert_eq!((refused.status.as_u16(), refused.code()), (409, "month-invoiced"), "{}", refused.body);
    assert_eq!(states(&chantal).await, vec!["locked_booked"; before], "frozen, and nothing cancelled");
    let roll = agent.get("/api/organisations/jumex/attendance?day=2015-05-26&activity=cantine-maternelle").await.ok();
    let lou = roll["children"].as_array().unwrap().iter().find(|row| row["child"] == "lou").unwrap().clone();
    assert_eq!(lou["absence"], Value::Null, "nor anything written on its bookings");
    // Days of another month are told as ever.
    chantal.click("devret", "lou", "cantine-maternelle", "2015-06-02", "booked").await.ok();
    let june = chantal.post(PATH, absence("2015-05-25", "2015-06-12")).await.ok();
    assert!(!june["cancelled"].as_array().unwrap().is_empty(), "{june}");
    let days = june["cancelled"].as_array().unwrap().iter().chain(june["declared"].as_array().unwrap());
    assert!(days.into_iter().all(|day| day["day"].as_str().unwrap() >= "2015-06-01"), "{june}");
    assert!(june["message"].as_str().unwrap().ends_with("Les jours d’un mois facturé n’ont pas changé."), "{june}");
}
