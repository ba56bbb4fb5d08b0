//! A visit to the desk: limits are passed for one reason, which every change keeps; what is no limit refuses in words.

use serde_json::{Value, json};
use tests::activity::activity;
use tests::town::{TUESDAY, instant};
use tests::village::{Shape, VILLAGE, Village, child_id, family_id, path};
use tests::{Answer, Person, Town};
use uuid::Uuid;

async fn want(agent: &Person, family: usize, day: &str, reason: &str) -> Answer {
    put(agent, family, json!({ "day": day, "want": "booked", "override": { "reason": reason } })).await
}

async fn put(agent: &Person, family: usize, asked: Value) -> Answer {
    let mut body = json!({ "request": Uuid::new_v4(), "child": child_id(family, 0), "activity": "atelier" });
    body.as_object_mut().unwrap().extend(asked.as_object().unwrap().clone());
    agent.put(&path(family, "bookings"), body).await
}

/// One place a day, and a limit that is over for this week.
async fn one_place(town: &Town) -> Village {
    let until_tuesday = "{ weekday = \"mardi\", weeks_before = 1, until = \"23:59\" }";
    let activities =
        activity("atelier", "Atelier").booked(until_tuesday).cancelled(until_tuesday).places(1, 0).to_string();
    let shape = Shape { families: 2, activities: &activities, ..Shape::default() };
    Village::build(town, town.table(), instant(TUESDAY), &shape).await
}

#[tokio::test]
async fn what_an_agent_undoes_meets_a_full_day_as_their_click_does() {
    let town = Town::at(TUESDAY).await;
    let agent = one_place(&town).await.agent().await;
    let day = "2015-05-28";
    want(&agent, 0, day, "La mère a appelé").await.ok();
    let cancelled = Uuid::new_v4();
    let mut given_up = json!({ "day": day, "want": "free", "override": { "reason": "Finalement non" } });
    given_up["request"] = json!(cancelled);
    put(&agent, 0, given_up).await.ok();
    want(&agent, 1, day, "Le père a appelé").await.ok();
    let undo = json!({ "request": Uuid::new_v4(), "from": day, "to": day });
    let refused = agent.post(&path(0, &format!("changes/{cancelled}/undo")), undo).await;
    assert_eq!((refused.status.as_u16(), refused.code()), (409, "nothing-undone"), "{}", refused.body);
    assert!(refused.body.to_string().contains("complet"), "{}", refused.body);
    for (family, state) in [(0, "locked_free"), (1, "locked_booked")] {
        let week = agent.week(VILLAGE, &family_id(family), day).await.ok();
        assert_eq!(tests::person::state(&week, &child_id(family, 0), "atelier", day), state);
    }
    crate::world::places_agree(&town).await;
}

#[tokio::test]
async fn every_change_of_a_visit_keeps_its_reason_and_a_full_day_refuses_in_words() {
    let town = Town::at(TUESDAY).await;
    let agent = one_place(&town).await.agent().await;
    // The first day's limit is over, the second one is still open.
    for day in ["2015-05-28", "2015-06-01"] {
        want(&agent, 0, day, "La mère a appelé").await.ok();
    }
    let refused = want(&agent, 1, "2015-05-28", "La mère a appelé").await;
    assert_eq!((refused.status.as_u16(), refused.code()), (409, "day-full"));
    assert!(refused.body["detail"].as_str().unwrap().contains("il n’y a plus de place"), "{}", refused.body);
    let week = agent.week(VILLAGE, "f0001", "2015-05-28").await.ok();
    assert_eq!(tests::person::state(&week, &child_id(1, 0), "atelier", "2015-05-28"), "locked_free");
    // One call tells both weeks, by whom and why; each week tells its own.
    let around = agent.get(&path(0, "history?day=2015-05-28&weeks=1")).await.ok();
    let told: Vec<(&str, &str)> = around["changes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["day"].as_str().unwrap(), one["reason"].as_str().unwrap()))
        .collect();
    assert_eq!(told, [("2015-06-01", "La mère a appelé"), ("2015-05-28", "La mère a appelé")]);
    let one_week = agent.get(&path(0, "history?day=2015-05-28")).await.ok();
    assert_eq!(one_week["changes"].as_array().unwrap().len(), 1);
    for wrong in ["27", "-1", "x"] {
        let answer = agent.get(&path(0, &format!("history?weeks={wrong}"))).await;
        assert_eq!(answer.status.as_u16(), 422, "{wrong}");
    }
}
