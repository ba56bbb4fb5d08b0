//! Bad input is ordinary: a 4xx problem in French, never a 5xx, and nothing written.

use reqwest::Method;
use serde_json::{Value, json};
use tests::Town;
use tests::contract::CONTRACT;
use tests::town::TUESDAY;

use crate::{people, stranger, world};

fn click() -> Value {
    json!({
        "request": "0b6f4f3c-2f43-4a55-9a41-00000000000a", "child": "chloe", "activity": "garderie-soir",
        "day": "2015-05-28", "want": "booked",
    })
}

#[tokio::test]
async fn malformed_bodies_are_refused_and_nothing_is_written() {
    let town = Town::at(TUESDAY).await;
    let chantal = people::chantal(&town).await;
    let path = "/api/organisations/jumex/families/devret/bookings";
    let before = world::everything(&town).await;
    let mut bodies: Vec<String> = ["", "{", "null", "[]", "\"x\"", "{}", "1e999", "\u{0}"].map(str::to_owned).to_vec();
    let mut with = |field: &str, value: Value| {
        let mut body = click();
        body[field] = value;
        bodies.push(body.to_string());
    };
    with("day", json!("2015-02-30"));
    with("day", json!("28/05/2015"));
    with("day", json!("9999-12-31"));
    with("day", json!(20150528));
    with("want", json!("toggle"));
    with("request", json!("not-a-uuid"));
    with("child", json!("../devret"));
    with("child", json!("CHLOE"));
    with("child", json!("chloe\u{7}"));
    with("activity", json!("x".repeat(64)));
    with("price", json!(0));
    with("family", json!("other"));
    with("override", json!({ "reason": "x", "extra": 1 }));
    for body in bodies {
        let answer = chantal.send(Method::PUT, path, Some(body.clone())).await;
        assert!(answer.status.is_client_error(), "{body}: {}", answer.status);
        assert!(!answer.code().is_empty(), "{body}");
    }
    for (field, value) in [("child", "nobody"), ("activity", "nothing")] {
        let mut body = click();
        body[field] = json!(value);
        assert_eq!(chantal.put(path, body).await.status.as_u16(), 404, "an unknown {field}");
    }
    let huge = json!({ "request": "x".repeat(70_000) }).to_string();
    assert_eq!(chantal.send(Method::PUT, path, Some(huge)).await.status.as_u16(), 413);
    world::assert_unchanged(&before, &world::everything(&town).await);
}

#[tokio::test]
async fn a_name_twice_is_refused_on_every_route_that_takes_a_body() {
    let town = Town::at(TUESDAY).await;
    let (chantal, agent) = (people::chantal(&town).await, people::agent(&town, people::ADMINISTRATOR).await);
    let before = world::everything(&town).await;
    let mut tried = 0;
    for route in CONTRACT.routes() {
        let (method, path) = route.split_once(' ').unwrap();
        let taken = stranger::good_body(&route).filter(|_| !["GET", "DELETE"].contains(&method));
        let Some(good) = taken.filter(|body| body.as_object().is_some_and(|body| !body.is_empty())) else {
            continue;
        };
        let path = stranger::with_ids(&path.replace("{organisation}", "jumex").replace("{family}", "devret"));
        let (name, value) = good.as_object().unwrap().iter().next().unwrap();
        let twice = format!("{{{}:{value},{}", json!(name), good.to_string().trim_start_matches('{'));
        for person in [&chantal, &agent] {
            let answer = person.send(method.parse().unwrap(), &path, Some(twice.clone())).await;
            assert!(answer.status.is_client_error(), "{route}: {} {}", answer.status, answer.body);
            tried += usize::from(answer.status.as_u16() == 400);
        }
    }
    assert!(tried > 40, "{tried}");
    world::assert_unchanged(&before, &world::everything(&town).await);
}

#[tokio::test]
async fn every_field_of_every_body_is_checked_and_nothing_is_written() {
    let town = Town::at(TUESDAY).await;
    let (chantal, agent) = (people::chantal(&town).await, people::agent(&town, people::ADMINISTRATOR).await);
    let before = world::everything(&town).await;
    let mut tried = 0;
    for route in CONTRACT.routes() {
        let Some(good) =
            stranger::good_body(&route).filter(|_| !route.starts_with("GET") && !route.starts_with("DELETE"))
        else {
            continue;
        };
        let (method, path) = route.split_once(' ').unwrap();
        let method: Method = method.parse().unwrap();
        let of_agents = route.ends_with("/families")
            || [
                "attendance",
                "closings",
                "invitations",
                "runs",
                "payments",
                "invoices",
                "agents",
                "recovery-codes",
                "menus",
                "news",
                "erasures",
                "checks",
                "decision",
                "{child}",
            ]
            .iter()
            .any(|word| path.contains(word))
                && !path.ends_with("/online-payments");
        let person = if of_agents { &agent } else { &chantal };
        let path = stranger::with_ids(&path.replace("{organisation}", "jumex").replace("{family}", "devret"));
        let mut bodies = vec![json!([good]), json!(null)];
        let mut with = |field: &str, value: Value| {
            let mut body = good.clone();
            body[field] = value;
            bodies.push(body);
        };
        with("surplus", json!(1));
        for (field, value) in good.as_object().unwrap() {
            with(field, json!({ "x": 1 }));
            with(field, json!(-1.5));
            if value.is_string() {
                with(field, json!("\u{0}"));
                with(field, json!("x".repeat(5000)));
            }
        }
        for body in bodies {
            let answer = person.send(method.clone(), &path, Some(body.to_string())).await;
            assert!(answer.status.is_client_error(), "{route} {body}: {} {}", answer.status, answer.body);
            tried += 1;
        }
    }
    assert!(tried > 100, "{tried}");
    world::assert_unchanged(&before, &world::everything(&town).await);
}

#[tokio::test]
async fn every_route_takes_rubbish_calmly() {
    let town = Town::at(TUESDAY).await;
    let agent = people::agent(&town, people::ADMINISTRATOR).await;
    for route in CONTRACT.routes() {
        let (method, path) = route.split_once(' ').unwrap();
        let method: Method = method.parse().unwrap();
        if method == Method::DELETE {
            continue; // Takes no body; it would only sign the agent out.
        }
        for (organisation, family) in [("jumex", "devret"), ("jumex", "%00"), ("%2e%2e", "devret"), ("jumex", "é")] {
            let path = path.replace("{organisation}", organisation).replace("{family}", family);
            let path = if family == "devret" { stranger::with_ids(&path) } else { path };
            for query in ["", "?day=2015-02-30", "?day=%00&search=%00", "?search="] {
                for body in [None, Some("{"), Some(r#"{"token":"\u0000","name":"\u0000"}"#)] {
                    let (address, body) = (format!("{path}{query}"), body.map(str::to_owned));
                    let status = if route.ends_with("/file") || route.contains("/journal/") {
                        agent.try_bytes(method.clone(), &address, body).await.0
                    } else {
                        agent.send(method.clone(), &address, body).await.status
                    };
                    assert!(status.as_u16() < 500, "{route} {query}: {status}");
                }
            }
        }
    }
}

#[tokio::test]
async fn a_day_that_does_not_exist_is_said_in_words() {
    let town = Town::at(TUESDAY).await;
    let chantal = people::chantal(&town).await;
    let answer = chantal.week("jumex", "devret", "2015-02-30").await;
    assert_eq!((answer.status.as_u16(), answer.code()), (422, "invalid"));
    assert_eq!(answer.body["errors"][0]["field"], "day");
}
