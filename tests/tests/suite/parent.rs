//! Chantal's first minute, as the guide tells it.

use serde_json::{Value, json};
use tests::person::state;
use tests::town::{TUESDAY, WEEK_BEFORE};
use tests::{Person, Town};

use crate::people;

/// The guide's table, row by row: which days of 25 to 31 May 2015 are booked.
const PRINTED: [(&str, [bool; 7]); 4] = [
    ("cantine-maternelle", [true, false, false, false, true, false, false]),
    ("garderie-matin", [true, false, false, false, false, false, false]),
    ("garderie-midi", [false, true, false, true, false, false, false]),
    ("garderie-soir", [false, false, false, false, false, false, false]),
];
const DAYS: [&str; 7] =
    ["2015-05-25", "2015-05-26", "2015-05-27", "2015-05-28", "2015-05-29", "2015-05-30", "2015-05-31"];

#[tokio::test]
async fn the_guides_week_is_there_as_printed() {
    let town = Town::at(WEEK_BEFORE).await;
    guides_week(&town).await;
}

#[tokio::test]
async fn the_guides_week_is_there_through_the_real_binaries() {
    let town = Town::in_lambda(WEEK_BEFORE).await;
    guides_week(&town).await;
    books_and_cancels(&town).await;
}

async fn guides_week(town: &Town) {
    let chantal = people::chantal(town).await;
    let week = chantal.week("jumex", "devret", "2015-05-28").await.ok();
    assert_eq!(week["title"], "Semaine du 25 mai 2015 au 31 mai 2015");
    let names: Vec<&str> =
        week["children"].as_array().unwrap().iter().map(|child| child["first_name"].as_str().unwrap()).collect();
    assert_eq!(names, ["Chloé", "Lou", "Gaetan"]);
    let rows: Vec<&str> = week["children"][0]["activities"]
        .as_array()
        .unwrap()
        .iter()
        .map(|activity| activity["name"].as_str().unwrap())
        .collect();
    assert_eq!(rows, ["Cantine maternelle", "Garderie matin", "Garderie midi", "Garderie soir"]);
    for (activity, booked) in PRINTED {
        for (day, booked) in DAYS.iter().zip(booked) {
            let state = state(&week, "chloe", activity, day);
            assert_eq!(state.ends_with("_booked"), booked, "{activity} {day}: {state}");
        }
    }
}

#[tokio::test]
async fn one_click_books_and_the_next_cancels() {
    let town = Town::at(TUESDAY).await;
    books_and_cancels(&town).await;
}

async fn books_and_cancels(town: &Town) {
    let chantal = people::chantal(town).await;
    let answer = chantal.click("devret", "chloe", "garderie-soir", "2015-05-28", "booked").await.ok();
    assert_eq!(answer["message"], "Garderie soir, Chloé, jeudi 28 mai 2015 : inscrit");
    let week = chantal.week("jumex", "devret", "2015-05-28").await.ok();
    assert_eq!(state(&week, "chloe", "garderie-soir", "2015-05-28"), "open_booked");
    chantal.click("devret", "chloe", "garderie-soir", "2015-05-28", "free").await.ok();
    let week = chantal.week("jumex", "devret", "2015-05-28").await.ok();
    assert_eq!(state(&week, "chloe", "garderie-soir", "2015-05-28"), "open_free");
}

#[tokio::test]
async fn a_passed_limit_and_a_closed_day_say_so_and_change_nothing() {
    let town = Town::at(TUESDAY).await;
    let chantal = people::chantal(&town).await;
    let before = chantal.week("jumex", "devret", "2015-05-28").await.ok();
    assert_eq!(state(&before, "chloe", "cantine-maternelle", "2015-05-25"), "locked_booked");
    assert_eq!(state(&before, "chloe", "cantine-maternelle", "2015-05-26"), "locked_free");
    assert_eq!(state(&before, "chloe", "cantine-maternelle", "2015-05-27"), "closed");
    let late = chantal.click("devret", "chloe", "garderie-matin", "2015-05-27", "booked").await;
    assert_eq!((late.status.as_u16(), late.code()), (409, "limit-passed"));
    let detail = late.body["detail"].as_str().unwrap();
    assert!(detail.contains("La limite était aujourd’hui à 8\u{a0}h, il est 8\u{a0}h\u{a0}03"), "{detail}");
    let closed = chantal.click("devret", "chloe", "cantine-maternelle", "2015-05-27", "booked").await;
    assert_eq!((closed.status.as_u16(), closed.code()), (409, "day-closed"));
    let after = chantal.week("jumex", "devret", "2015-05-28").await.ok();
    assert_eq!(before["children"], after["children"]);
}

#[tokio::test]
async fn a_repeated_request_changes_nothing_even_after_a_later_click() {
    let town = Town::at(TUESDAY).await;
    let chantal = people::chantal(&town).await;
    let click = |request: &str, want: &str| json!({ "request": request, "child": "chloe", "activity": "garderie-soir", "day": "2015-05-28", "want": want });
    let path = "/api/organisations/jumex/families/devret/bookings";
    let first = "0b6f4f3c-2f43-4a55-9a41-000000000001";
    chantal.put(path, click(first, "booked")).await.ok();
    chantal.put(path, click(first, "booked")).await.ok();
    chantal.put(path, click("0b6f4f3c-2f43-4a55-9a41-000000000002", "free")).await.ok();
    let late = chantal.put(path, click(first, "booked")).await.ok();
    let cell = late["cells"].as_array().unwrap().iter().find(|cell| cell["activity"] == "garderie-soir").unwrap();
    assert_eq!(cell["state"], "open_free", "the late repeat tells the true state");
    assert_eq!(changes(&chantal, "2015-05-28").await.len(), 2);
}

#[tokio::test]
async fn all_activities_of_a_day_are_booked_and_cancelled_in_one_go() {
    let town = Town::at(TUESDAY).await;
    let chantal = people::chantal(&town).await;
    let path = "/api/organisations/jumex/families/devret/days";
    let day = |want: &str| {
        let request = uuid::Uuid::new_v4().to_string();
        json!({ "request": request, "child": "chloe", "day": "2015-05-26", "want": want })
    };
    let answer = chantal.put(path, day("booked")).await.ok();
    let states: Vec<&str> =
        answer["cells"].as_array().unwrap().iter().map(|cell| cell["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["locked_free", "locked_free", "open_booked", "open_booked"]);
    assert_eq!(answer["offer"], "cancel");
    let passed: Vec<&str> =
        answer["passed_over"].as_array().unwrap().iter().map(|item| item["activity"].as_str().unwrap()).collect();
    assert_eq!(passed, ["cantine-maternelle", "garderie-matin"]);
    assert!(answer["message"].as_str().unwrap().contains("Inchangé : Cantine maternelle"));
    let answer = chantal.put(path, day("free")).await.ok();
    assert_eq!(answer["offer"], "book");
}

#[tokio::test]
async fn the_history_tells_who_changed_what() {
    let town = Town::at(TUESDAY).await;
    let chantal = people::chantal(&town).await;
    chantal.click("devret", "chloe", "garderie-soir", "2015-05-28", "booked").await.ok();
    chantal.click("devret", "chloe", "garderie-soir", "2015-05-28", "booked").await.ok();
    let changes = changes(&chantal, "2015-05-25").await;
    assert_eq!(changes.len(), 1, "a click that found the cell as wanted is no change");
    let sentence = changes[0]["sentence"].as_str().unwrap();
    assert!(sentence.contains("Chantal") && sentence.contains("a inscrit Chloé : Garderie soir, jeudi 28 mai"));
}

async fn changes(person: &Person, day: &str) -> Vec<Value> {
    let path = format!("/api/organisations/jumex/families/devret/history?day={day}");
    person.get(&path).await.ok()["changes"].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_forgotten_password_is_replaced_by_mail_and_ends_every_session() {
    let town = Town::at(TUESDAY).await;
    let chantal = people::chantal(&town).await;
    let elsewhere = people::chantal(&town).await;
    let stranger = town.stranger();
    let asked = stranger.post("/api/password/forgotten", json!({ "name": people::CHANTAL.0 })).await;
    let unknown = stranger.post("/api/password/forgotten", json!({ "name": "personne" })).await;
    assert_eq!((asked.status, &asked.body), (unknown.status, &unknown.body), "known and unknown answer alike");
    let token = people::token_to(&town, "pasdemail@qis.fr", "nouveau-mot-de-passe.html").await;
    let weak = json!({ "token": token, "password": "motdepasse1234" });
    assert_eq!(stranger.post("/api/password/reset", weak).await.code(), "password-too-weak");
    let body = json!({ "token": token, "password": "une phrase toute neuve" });
    assert_eq!(stranger.post("/api/password/reset", body.clone()).await.status.as_u16(), 204);
    assert_eq!(stranger.post("/api/password/reset", body).await.code(), "token-expired", "a token works once");
    for session in [&chantal, &elsewhere] {
        assert_eq!(session.week("jumex", "devret", "2015-05-28").await.code(), "no-session");
    }
    assert_eq!(stranger.sign_in(people::CHANTAL.0, people::CHANTAL.1).await.code(), "bad-credentials");
    stranger.sign_in(people::CHANTAL.0, "une phrase toute neuve").await.ok();
    town.mail_to("pasdemail@qis.fr", "Votre mot de passe a changé").await;
}

#[tokio::test]
async fn signing_out_ends_the_session_at_once_and_only_this_one() {
    let town = Town::at(TUESDAY).await;
    let (phone, desk) = (people::chantal(&town).await, people::chantal(&town).await);
    let stolen = phone.other_tab();
    assert_eq!(phone.call(reqwest::Method::DELETE, "/api/session", None).await.status.as_u16(), 204);
    assert_eq!(stolen.week("jumex", "devret", "2015-05-28").await.code(), "no-session");
    desk.week("jumex", "devret", "2015-05-28").await.ok();
}

#[tokio::test]
async fn a_mel_signs_in_too_and_a_renewed_session_goes_on() {
    let town = Town::at(TUESDAY).await;
    let chantal = town.stranger();
    let identity = chantal.sign_in(" PASDEMAIL@qis.fr ", people::CHANTAL.1).await;
    let cookie = identity.set_cookie.clone().unwrap();
    for part in ["__Host-session=", "Path=/", "Secure", "HttpOnly", "SameSite=Strict"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert_eq!(identity.ok()["families"][0]["family_name"], "DEVRET");
    assert_eq!(chantal.post("/api/session/renew", json!({})).await.status.as_u16(), 204);
    chantal.get("/api/session").await.ok();
}

#[tokio::test]
async fn the_guide_s_invoices_are_there_whatever_the_year_and_its_own_stay_in_2015() {
    for (now, numbers) in
        [("2015-05-26T06:03:00Z", ["2015-00042", "2014-00311"]), ("2026-11-28T08:00:00Z", ["2026-00042", "2026-00041"])]
    {
        let town = Town::at(now).await;
        let chantal = people::chantal(&town).await;
        town.portal.invoke("retention", serde_json::json!({ "keep": "purge" })).await.unwrap();
        let account = chantal.get("/api/organisations/jumex/families/devret/invoices").await.ok();
        let said = |at: usize, field: &str| account["invoices"][at][field].as_str().unwrap().replace('\u{a0}', " ");
        assert_eq!([said(0, "number"), said(1, "number")], numbers, "{now}");
        let lines = |at: usize| -> Vec<String> {
            let lines = account["invoices"][at]["lines"].as_array().unwrap();
            lines.iter().map(|line| line["sentence"].as_str().unwrap().to_owned()).collect()
        };
        let canteen =
            |child: &str, count: u32| format!("{count} x [{child}] : Ticket(s) pour le service Cantine maternelle");
        assert_eq!(lines(0), [canteen("Lou", 2), canteen("Chloé", 1)], "{now}");
        assert_eq!(lines(1)[0], canteen("Chloé", 2), "{now}");
        assert_eq!((said(0, "amount"), said(0, "owed_amount")), ("65,10 €".to_owned(), "65,10 €".to_owned()));
        assert_eq!((said(1, "amount"), said(1, "owed_amount")), ("43,40 €".to_owned(), "0,00 €".to_owned()));
    }
}
