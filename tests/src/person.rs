//! Somebody who calls the API: a cookie, the headers of a browser, and an eye on the contract.

use std::sync::{Arc, Mutex};

use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use tokio::sync::Notify;
use uuid::Uuid;

use crate::contract::CONTRACT;
use crate::rights::Rights;
use crate::waiting;

/// An answer, already held against the contract.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub body: Value,
    pub set_cookie: Option<String>,
}

impl Answer {
    /// The problem's code, or "" when it is no problem.
    pub fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or_default()
    }

    /// The body of a success.
    #[track_caller]
    pub fn ok(self) -> Value {
        assert!(self.status.is_success(), "{} {}", self.status, self.body);
        self.body
    }
}

/// A person with a browser.
pub struct Person {
    client: Client,
    origin: String,
    moved: Arc<Notify>,
    cookie: Mutex<Option<String>>,
    /// That of a browser in which somebody signed in; it stays when they sign out.
    device: Mutex<Option<String>>,
    /// Sent as it is instead of a browser's `Sec-Fetch-Site: same-origin`.
    pub fetch_site: Option<&'static str>,
}

impl Person {
    /// Somebody who has not signed in.
    pub fn new(origin: &str) -> Self {
        Self::beside(origin, Arc::default())
    }

    /// The same, who hears when something moves.
    pub fn beside(origin: &str, moved: Arc<Notify>) -> Self {
        let client = Client::builder().tcp_nodelay(true).build().unwrap();
        let (origin, cookie, device) = (origin.to_owned(), Mutex::default(), Mutex::default());
        Self { client, origin, moved, cookie, device, fetch_site: Some("same-origin") }
    }

    /// The same person in another tab: same cookie, another connection.
    pub fn other_tab(&self) -> Self {
        let tab = Self::beside(&self.origin, self.moved.clone());
        *tab.cookie.lock().unwrap() = self.cookie.lock().unwrap().clone();
        *tab.device.lock().unwrap() = self.device.lock().unwrap().clone();
        tab
    }

    pub fn cookie(&self) -> Option<String> {
        self.cookie.lock().unwrap().clone()
    }

    pub fn set_cookie(&self, value: Option<&str>) {
        *self.cookie.lock().unwrap() = value.map(str::to_owned);
    }

    /// Calls the API; panics when the answer is not as described.
    pub async fn call(&self, method: Method, path: &str, body: Option<&Value>) -> Answer {
        self.send(method, path, body.map(Value::to_string)).await
    }

    /// Calls the API with any text as body.
    pub async fn send(&self, method: Method, path: &str, body: Option<String>) -> Answer {
        self.try_send(method, path, body).await.unwrap()
    }

    /// Calls the API; an error when no answer came.
    pub async fn try_send(&self, method: Method, path: &str, body: Option<String>) -> reqwest::Result<Answer> {
        self.try_without_right(&method, path, body.as_ref()).await;
        let answer = self.request(&method, path, body.clone()).send().await?;
        let status = answer.status();
        CONTRACT.check_request(method.as_str(), path, body.as_deref(), status.as_u16());
        let set = answer.headers().get_all("set-cookie").iter().map(|value| value.to_str().unwrap().to_owned());
        let (session, others): (Vec<String>, Vec<String>) = set.partition(|line| line.starts_with("__Host-session="));
        let set_cookie = session.into_iter().next();
        for other in others {
            let pair = other.split(';').next().unwrap();
            assert!(pair.starts_with("__Host-device="), "{other}");
            *self.device.lock().unwrap() = Some(pair.to_owned());
        }
        let text = answer.text().await?;
        CONTRACT.check(method.as_str(), path, status.as_u16(), &text);
        if let Some(cookie) = &set_cookie {
            let value = cookie.split(';').next().unwrap().split_once('=').unwrap().1;
            self.set_cookie((!value.is_empty()).then_some(value));
        }
        let body = if text.is_empty() { Value::Null } else { serde_json::from_str(&text).unwrap() };
        Ok(Answer { status, body, set_cookie })
    }

    fn request(&self, method: &Method, path: &str, body: Option<String>) -> RequestBuilder {
        let mut request = self.client.request(method.clone(), format!("{}{path}", self.origin));
        if let Some(site) = self.fetch_site {
            request = request.header("sec-fetch-site", site);
        }
        let session = self.cookie().map(|cookie| format!("__Host-session={cookie}"));
        let cookies: Vec<String> = session.into_iter().chain(self.device.lock().unwrap().clone()).collect();
        if !cookies.is_empty() {
            request = request.header("cookie", cookies.join("; "));
        }
        match body {
            Some(body) => request.header("content-type", "application/json").body(body),
            None => request,
        }
    }

    /// The status and text of an answer, which changes nothing of this person.
    pub(crate) async fn raw(
        &self,
        method: &Method,
        path: &str,
        body: Option<String>,
    ) -> reqwest::Result<(u16, String)> {
        let answer = self.request(method, path, body).send().await?;
        Ok((answer.status().as_u16(), String::from_utf8_lossy(&answer.bytes().await?).into_owned()))
    }

    async fn try_without_right(&self, method: &Method, path: &str, body: Option<&String>) {
        if let Some(rights) = Rights::of(&self.origin) {
            rights.try_without(self, method, path, body).await;
        }
    }

    /// The bytes of a file.
    pub async fn bytes(&self, path: &str) -> Vec<u8> {
        let (status, bytes) = self.try_bytes(Method::GET, path, None).await;
        assert!(status.is_success(), "{path}: {status} {}", String::from_utf8_lossy(&bytes));
        bytes
    }

    /// The status and bytes of an answer that may be a file.
    pub async fn try_bytes(&self, method: Method, path: &str, body: Option<String>) -> (StatusCode, Vec<u8>) {
        self.try_without_right(&method, path, body.as_ref()).await;
        let answer = self.request(&method, path, body.clone()).send().await.unwrap();
        CONTRACT.check_request(method.as_str(), path, body.as_deref(), answer.status().as_u16());
        (answer.status(), answer.bytes().await.unwrap().to_vec())
    }

    /// Asks until there is an answer, again each time a function has done what nobody waits for.
    pub async fn until<T, Asking: Future<Output = Option<T>>>(&self, what: &str, ask: impl FnMut() -> Asking) -> T {
        waiting::until(&self.moved, what, ask).await
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.call(Method::GET, path, None).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.call(Method::POST, path, Some(&body)).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.call(Method::PUT, path, Some(&body)).await
    }

    /// Signs in as a parent.
    pub async fn sign_in(&self, name: &str, password: &str) -> Answer {
        self.post("/api/session", json!({ "name": name, "password": password })).await
    }

    /// The week of a family that holds a day.
    pub async fn week(&self, organisation: &str, family: &str, day: &str) -> Answer {
        self.get(&format!("/api/organisations/{organisation}/families/{family}/week?day={day}")).await
    }

    /// One click of Jumex, with a request of its own.
    pub async fn click(&self, family: &str, child: &str, activity: &str, day: &str, want: &str) -> Answer {
        let request = Uuid::new_v4().to_string();
        let body = json!({ "request": request, "child": child, "activity": activity, "day": day, "want": want });
        self.put(&format!("/api/organisations/jumex/families/{family}/bookings"), body).await
    }
}

/// The state of a cell in the body of a week.
pub fn state<'a>(week: &'a Value, child: &str, activity: &str, day: &str) -> &'a str {
    let with_id = |list: &'a Value, id: &str| -> &'a Value {
        let found = list.as_array().unwrap().iter().find(|item| item["id"] == id);
        found.unwrap_or_else(|| panic!("no {id} in {list}"))
    };
    let row = with_id(&with_id(&week["children"], child)["activities"], activity);
    let cell = row["cells"].as_array().unwrap().iter().find(|cell| cell["day"] == day).unwrap();
    cell["state"].as_str().unwrap()
}
