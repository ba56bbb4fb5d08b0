//! The portal as a whole, on a small template: its port, its data between runs, the way from the stream to the mailer.

#![allow(clippy::unwrap_used, reason = "a test fails by it")]

use std::path::{Path, PathBuf};
use std::pin::pin;
use std::time::Duration;

use lambda::environment::Environment;
use preau::{Options, Portal, StartError};
use store::records::{Message, OutboxRecord, OutboxStatus};
use store::{Record, Table, Transaction, keys};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

fn options(data: Option<&Path>) -> Options {
    let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixture");
    Options { data: data.map(Path::to_owned), project: Some(project), ..Options::default() }
}

/// The whole answer to a GET.
async fn get(portal: &Portal, path: &str) -> String {
    let mut connection = TcpStream::connect(portal.address()).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
    connection.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).await.unwrap();
    answer
}

fn table(portal: &Portal) -> Table {
    let endpoint = portal.table_endpoint();
    let settings = [
        ("AWS_REGION", "eu-west-3"),
        ("AWS_ACCESS_KEY_ID", "a"),
        ("AWS_SECRET_ACCESS_KEY", "b"),
        ("AWS_ENDPOINT_URL_DYNAMODB", &endpoint),
        ("TABLE_NAME", portal.table_name()),
    ];
    Table::of(&Environment::from_iter(settings), None).unwrap()
}

/// A mail about an account that is gone: the mailer refuses it, which shows in the table.
fn mail() -> OutboxRecord {
    let message = Message::PasswordChanged { account: "00000000-0000-4000-8000-000000000001".parse().unwrap() };
    OutboxRecord::pending("m1".to_owned(), message, "a@exemple.fr".to_owned(), chrono::Utc::now())
}

async fn ask(table: &Table) {
    let mut transaction = Transaction::of_system();
    transaction.put_new(&mail());
    table.write(transaction).await.unwrap();
}

async fn until_refused(portal: &Portal, table: &Table) {
    let moved = portal.moved();
    loop {
        let mut next = pin!(moved.notified());
        // What moves while we look counts.
        next.as_mut().enable();
        let ended: Option<OutboxRecord> = table.get(&keys::ended_mail(&mail().id)).await.unwrap();
        if ended.is_some_and(|mail| mail.status == OutboxStatus::Refused) {
            return;
        }
        next.await;
    }
}

#[tokio::test]
async fn one_port_serves_the_pages_the_api_and_the_local_pages() {
    let portal = Portal::start(options(None)).await.unwrap();
    let answers = [
        ("/", "HTTP/1.1 200", "<title>Accueil"),
        ("/x.html", "HTTP/1.1 404", "<title>Introuvable"),
        ("/api/x", "HTTP/1.1 404", "{\"message\":\"Not Found\"}"),
        ("/api/organisations/o/information", "HTTP/1.1 401", "no-session"),
        ("/_local/mails", "HTTP/1.1 200", "Aucun mél"),
        ("/_local/mails.json", "HTTP/1.1 200", "[]"),
    ];
    for (path, status, content) in answers {
        let answer = get(&portal, path).await;
        assert!(answer.starts_with(status) && answer.contains(content), "{path}: {answer}");
    }
    portal.stop().await;
}

#[tokio::test]
async fn the_stream_wakes_the_mailer() {
    let portal = Portal::start(options(None)).await.unwrap();
    let table = table(&portal);
    ask(&table).await;
    tokio::time::timeout(Duration::from_secs(20), until_refused(&portal, &table)).await.unwrap();
    portal.stop().await;
}

#[tokio::test]
async fn data_outlives_the_program_and_has_one_user_at_a_time() {
    let place = TempDir::new().unwrap();
    let folder: PathBuf = place.path().join("data");
    let first = Portal::start(options(Some(&folder))).await.unwrap();
    ask(&table(&first)).await;
    assert!(matches!(Portal::start(options(Some(&folder))).await, Err(StartError::DataInUse(_))));
    first.stop().await;
    let second = Portal::start(options(Some(&folder))).await.unwrap();
    assert!(table(&second).get::<OutboxRecord>(&mail().key()).await.unwrap().is_some());
    second.stop().await;
}

#[tokio::test]
async fn the_real_template_is_served_as_it_is() {
    let portal = Portal::start(Options::default()).await.unwrap();
    let page = get(&portal, "/").await;
    assert!(page.contains("content-security-policy: default-src 'none'"), "{page}");
    assert!(get(&portal, "/api/session").await.contains("no-session"));
    portal.stop().await;
}

#[tokio::test]
async fn a_port_in_use_leaves_the_data_folder_alone() {
    let place = TempDir::new().unwrap();
    let folder = place.path().join("data");
    let first = Portal::start(options(None)).await.unwrap();
    let second = Options { port: first.address().port(), ..options(Some(&folder)) };
    assert!(matches!(Portal::start(second).await, Err(StartError::PortInUse(_))));
    assert!(!folder.exists());
    first.stop().await;
}
