//! A browser window: Chromium behind chromedriver, with a profile of its own.

use std::process::Stdio;
use std::time::Duration;

use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder, Locator};
use reqwest::Method;
use serde_json::{Value, json};
use tempfile::TempDir;
use tests::Town;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::{Semaphore, SemaphorePermit};

/// Two cores: two browsers at a time.
pub(crate) static BROWSERS: Semaphore = Semaphore::const_new(2);
const PATIENCE: Duration = Duration::from_secs(20);

/// What a page keeps, over every other page of the window, of an error that nothing in it has caught.
const WATCH: &str = "for (const kind of ['error', 'unhandledrejection']) addEventListener(kind, (event) => \
    sessionStorage.setItem('fault', String(event.reason?.stack ?? event.error?.stack ?? event.message)))";

/// A window on one portal.
pub(crate) struct Window {
    pub(crate) client: Client,
    pub(crate) origin: String,
    _driver: Child,
    _profile: TempDir,
    _permit: SemaphorePermit<'static>,
}

/// A command of the DevTools protocol, passed on by chromedriver.
#[derive(Debug)]
struct DevTools(&'static str, Value);

impl WebDriverCompatibleCommand for DevTools {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/goog/cdp/execute", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(json!({ "cmd": self.0, "params": self.1 }).to_string()))
    }
}

impl Window {
    /// Opens a window on a town, 1280 wide and light.
    pub(crate) async fn open(town: &Town) -> Self {
        let permit = BROWSERS.acquire().await.unwrap();
        let (driver, port) = driver().await;
        let profile = TempDir::new().unwrap();
        let arguments = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--hide-scrollbars",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-dev-shm-usage",
        ];
        let mut arguments: Vec<String> = arguments.map(str::to_owned).to_vec();
        arguments.push(format!("--user-data-dir={}", profile.path().display()));
        let capabilities = json!({ "goog:chromeOptions": { "args": arguments } }).as_object().unwrap().clone();
        let mut builder = ClientBuilder::new(hyper_util::client::legacy::connect::HttpConnector::new());
        let client = builder.capabilities(capabilities).connect(&format!("http://localhost:{port}")).await.unwrap();
        let window = Self { client, origin: town.origin(), _driver: driver, _profile: profile, _permit: permit };
        window.dev_tools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": WATCH })).await;
        window.size(1280, 900).await;
        window
    }

    /// Goes to a page of the portal.
    pub(crate) async fn go(&self, path: &str) {
        self.client.goto(&format!("{}{path}", self.origin)).await.unwrap();
    }

    /// Signs in through the page and waits for the week.
    pub(crate) async fn sign_in(&self, name: &str, password: &str) {
        self.go("/").await;
        self.type_into("#name", name).await;
        self.type_into("#password", password).await;
        self.press("#sign-in").await;
        self.until("location.pathname === '/planning.html' && document.querySelector('td[data-state]') !== null").await;
    }

    pub(crate) async fn size(&self, width: u32, height: u32) {
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 700 });
        self.dev_tools("Emulation.setDeviceMetricsOverride", metrics).await;
    }

    pub(crate) async fn dark(&self, dark: bool) {
        let value = if dark { "dark" } else { "light" };
        let features = json!({ "features": [{ "name": "prefers-color-scheme", "value": value }] });
        self.dev_tools("Emulation.setEmulatedMedia", features).await;
        self.still().await;
    }

    /// Waits until no colour is on its way; the dots of a click that waits go on as long as it does.
    pub(crate) async fn still(&self) {
        let ends = "one.playState !== 'running' || one.effect.getComputedTiming().iterations === Infinity";
        self.until(&format!("document.getAnimations().every((one) => {ends})")).await;
    }

    pub(crate) async fn dev_tools(&self, command: &'static str, parameters: Value) -> Value {
        self.client.issue_cmd(DevTools(command, parameters)).await.unwrap()
    }

    /// The value of a JavaScript expression.
    pub(crate) async fn value(&self, expression: &str) -> Value {
        self.client.execute(&format!("return ({expression});"), Vec::new()).await.unwrap()
    }

    pub(crate) async fn text(&self, selector: &str) -> String {
        let text = self.value(&format!("document.querySelector({selector:?})?.innerText ?? ''")).await;
        text.as_str().unwrap().replace('\u{a0}', " ")
    }

    /// Waits until the status region says this.
    pub(crate) async fn hears(&self, words: &str) {
        let said = "document.querySelector('#status').textContent.replaceAll('\\u00a0', ' ')";
        self.until(&format!("{said}.includes({words:?})")).await;
    }

    /// Waits until a JavaScript expression is true; says it, and what the page shows, when it never is.
    pub(crate) async fn until(&self, expression: &str) {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        while tokio::time::Instant::now() < deadline {
            // Between two pages there is no document to ask.
            let value = self.client.execute(&format!("return Boolean({expression});"), Vec::new()).await;
            if value.is_ok_and(|value| value == json!(true)) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("never true: {expression}\n{} {}", self.value("location.href").await, self.text("body").await);
    }

    pub(crate) async fn press(&self, selector: &str) {
        let element = self.client.find(Locator::Css(selector)).await.unwrap();
        if element.click().await.is_err() {
            // A person scrolls what lies behind the bar at the foot of a phone.
            let middle = "arguments[0].scrollIntoView({ block: 'center' })";
            self.client.execute(middle, vec![serde_json::to_value(&element).unwrap()]).await.unwrap();
            element.click().await.unwrap();
        }
    }

    pub(crate) async fn type_into(&self, selector: &str, text: &str) {
        let field = self.client.find(Locator::Css(selector)).await.unwrap();
        field.clear().await.unwrap();
        field.send_keys(text).await.unwrap();
    }

    /// Types keys at whatever has the focus.
    pub(crate) async fn keys(&self, keys: &str) {
        use fantoccini::actions::{InputSource, KeyAction, KeyActions};
        let mut actions = KeyActions::new("keyboard".to_owned());
        for key in keys.chars() {
            actions = actions.then(KeyAction::Down { value: key }).then(KeyAction::Up { value: key });
        }
        self.client.perform_actions(actions).await.unwrap();
    }

    /// Keeps a picture for a person to look at, in `target/screenshots`.
    pub(crate) async fn picture(&self, name: &str, width: u32) {
        self.size(width, 900).await;
        let height = self.value("Math.ceil(document.documentElement.scrollHeight)").await.as_u64().unwrap();
        self.size(width, u32::try_from(height.clamp(600, 2400)).unwrap()).await;
        self.still().await;
        let png = self.client.screenshot().await.unwrap();
        let folder = tests::contract::project().join("target/screenshots");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join(format!("{name}.png")), png).unwrap();
    }

    /// The value of the session's cookie.
    pub(crate) async fn session_cookie(&self) -> String {
        let cookies = self.dev_tools("Network.getCookies", json!({ "urls": [self.origin] })).await;
        let cookies = cookies["cookies"].as_array().unwrap();
        let found = cookies.iter().find(|cookie| cookie["name"] == "__Host-session").unwrap();
        found["value"].as_str().unwrap().to_owned()
    }

    /// Closes it; fails where a page had an error of its own.
    pub(crate) async fn close(self) {
        // A mail is shown without an origin, and so without a storage.
        let fault = self.value("self.origin === 'null' ? null : sessionStorage.getItem('fault')").await;
        assert_eq!(fault, Value::Null, "an error that nothing has caught");
        self.client.close().await.unwrap();
    }
}

/// The cell's selector.
pub(crate) fn cell(child: &str, activity: &str, day: &str) -> String {
    format!("td[data-child='{child}'][data-activity='{activity}'][data-day='{day}']")
}

/// Two drivers that start together can meet on a port: the one that lost tries again.
async fn driver() -> (Child, u16) {
    for _ in 0..5 {
        if let Some(started) = try_driver().await {
            return started;
        }
    }
    panic!("chromedriver does not start");
}

async fn try_driver() -> Option<(Child, u16)> {
    let mut child = Command::new("chromedriver")
        .arg("--port=0")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .expect("chromedriver is missing: apt-get install chromium chromium-driver");
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    loop {
        let line = lines.next_line().await.unwrap()?;
        if let Some((_, port)) = line.split_once("started successfully on port ") {
            let port = port.trim_end_matches('.').parse().unwrap();
            tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
            return Some((child, port));
        }
    }
}

/// Waits until a second click is a second click, not the second half of a double one.
pub(crate) async fn calm(window: &Window) {
    window.until("document.querySelector('[data-answered]') === null").await;
}

/// A call of the API by the same person, outside the browser.
pub(crate) async fn call_as(window: &Window, method: Method, path: &str, body: Value) -> tests::Answer {
    let person = tests::Person::new(&window.origin);
    person.set_cookie(Some(&window.session_cookie().await));
    person.call(method, path, Some(&body)).await
}
