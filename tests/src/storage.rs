//! Storage as a browser meets it, by raw HTTP, and as a test looks behind it, by the ordinary SDK.

use std::time::{Duration, SystemTime};

use aws_sdk_s3::Client;
use aws_sdk_s3::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_s3::presigning::PresigningConfig;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::StatusCode;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::person::{Answer, Person};
use crate::town::Town;

/// The bucket of documents.
pub const DOCUMENTS: &str = "documents";

/// A file to be sent, and what is said of it.
#[derive(Debug, Clone)]
pub struct Sheet<'a> {
    pub kind: &'a str,
    pub child: Option<&'a str>,
    pub name: &'a str,
    pub mime: &'a str,
    pub bytes: Vec<u8>,
}

impl Sheet<'_> {
    /// A PDF about the family.
    pub fn of_family(kind: &str, bytes: Vec<u8>) -> Sheet<'_> {
        Sheet { kind, child: None, name: "scan.pdf", mime: "application/pdf", bytes }
    }

    /// The body that asks to send it.
    pub fn request(&self, request: Uuid) -> Value {
        json!({
            "request": request, "kind": self.kind, "child": self.child, "name": self.name, "mime": self.mime,
            "bytes": self.bytes.len(), "sha256": STANDARD.encode(Sha256::digest(&self.bytes)),
        })
    }
}

/// The answer of storage: its status and, when it refuses, its code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    pub status: StatusCode,
    pub code: String,
}

impl Stored {
    async fn of(answer: reqwest::Response) -> Self {
        let status = answer.status();
        let text = answer.text().await.unwrap();
        let code = text.split("<Code>").nth(1).and_then(|rest| rest.split("</Code>").next()).unwrap_or_default();
        Self { status, code: code.to_owned() }
    }
}

/// Uses a permission as a page would, with other headers or bytes when a test wants.
pub async fn put(permission: &Value, change: impl Fn(&mut reqwest::header::HeaderMap), bytes: Vec<u8>) -> Stored {
    let mut headers = reqwest::header::HeaderMap::new();
    for (name, value) in permission["headers"].as_object().unwrap() {
        let name: reqwest::header::HeaderName = name.parse().unwrap();
        headers.insert(name, value.as_str().unwrap().parse().unwrap());
    }
    change(&mut headers);
    let client = reqwest::Client::new();
    let sent = client.put(permission["url"].as_str().unwrap()).headers(headers).body(bytes).send().await;
    Stored::of(sent.unwrap()).await
}

impl Person {
    /// Asks for a permission to send a file.
    pub async fn ask_to_send(&self, place: &str, sheet: &Sheet<'_>, request: Uuid) -> Answer {
        self.post(&format!("{place}/documents"), sheet.request(request)).await
    }

    /// Sends a file and waits until it was looked at; the document as the list shows it.
    pub async fn send_sheet(&self, place: &str, sheet: &Sheet<'_>) -> Value {
        self.send_sheet_as(place, sheet, Uuid::new_v4()).await
    }

    /// The same, as a request of a test's choice.
    pub async fn send_sheet_as(&self, place: &str, sheet: &Sheet<'_>, request: Uuid) -> Value {
        let permission = self.ask_to_send(place, sheet, request).await.ok();
        let stored = put(&permission, |_| {}, sheet.bytes.clone()).await;
        assert_eq!(stored.status, StatusCode::OK, "{stored:?}");
        self.checked(place, permission["document"].as_str().unwrap()).await
    }

    /// A document once it was looked at.
    pub async fn checked(&self, place: &str, id: &str) -> Value {
        let is_checked = |document: &Value| document["standing"] != "sending";
        self.until("the document is checked", || async { self.document(place, id).await.filter(is_checked) }).await
    }

    /// A document of the list.
    pub async fn document(&self, place: &str, id: &str) -> Option<Value> {
        let list = self.get(&format!("{place}/documents")).await.ok();
        list["documents"].as_array().unwrap().iter().find(|document| document["id"] == id).cloned()
    }
}

impl Town {
    /// An ordinary client for the embedded storage.
    pub fn storage(&self) -> Client {
        let config = aws_sdk_s3::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("eu-west-3"))
            .credentials_provider(Credentials::new("local", "local", None, None, "tests"))
            .endpoint_url(self.portal.storage_endpoint())
            .http_client(self.wire.plain())
            .force_path_style(true)
            .build();
        Client::from_conf(config)
    }

    /// The keys of a family's files in a room of the bucket: `checked`, say.
    pub async fn files(&self, room: &str, family: &str) -> Vec<String> {
        let prefix = format!("{room}/{family}/");
        let list = self.storage().list_objects_v2().bucket(DOCUMENTS).prefix(prefix).send().await.unwrap();
        list.contents().iter().map(|object| object.key().unwrap().to_owned()).collect()
    }

    /// The bytes of a file.
    pub async fn file(&self, key: &str) -> Vec<u8> {
        let found = self.storage().get_object().bucket(DOCUMENTS).key(key).send().await.unwrap();
        found.body.collect().await.unwrap().to_vec()
    }

    /// A permission that was made some time ago, for five minutes.
    pub async fn permission_of_before(&self, key: &str, ago: Duration) -> String {
        let life = PresigningConfig::builder().start_time(SystemTime::now() - ago).expires_in(Duration::from_secs(300));
        let put = self.storage().put_object().bucket(DOCUMENTS).key(key);
        put.presigned(life.build().unwrap()).await.unwrap().uri().to_owned()
    }
}
