//! A release function binary, from its start to its first answer through the Lambda Runtime API; its size and memory.

use std::path::PathBuf;
use std::time::Instant;

use serde_json::{Value, json};
use tests::Town;
use tests::contract::project;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::Command;

use crate::{figure, percentile};

const STARTS: usize = 15;
const SECRET: &str = "bench";

/// Measures every HTTP function on one request each that reads the table.
pub(crate) async fn measure(town: &Town) {
    let chantal = town.stranger();
    chantal.sign_in("chantal.devret", "marelle du mardi").await.ok();
    let cookie = chantal.cookie().unwrap();
    let family = "/api/organisations/{organisation}/families/{family}";
    for (package, route) in [
        ("login", "GET /api/session".to_owned()),
        ("planning", format!("GET {family}/week")),
        ("information", "GET /api/organisations/{organisation}/information".to_owned()),
        ("dossier", format!("GET {family}")),
    ] {
        let event = event(&route, &cookie);
        let mut times = Vec::new();
        let mut memory = Vec::new();
        for _ in 0..STARTS {
            let (time, resident) = first_answer(town, package, &event).await;
            times.push(time);
            memory.push(resident);
        }
        times.sort_by(f64::total_cmp);
        memory.sort_by(f64::total_cmp);
        let of = json!({ "function": package, "starts": STARTS });
        figure("cold_start_p50", "ms", percentile(&times, 0.5), of.clone());
        figure("cold_start_max", "ms", percentile(&times, 1.0), of.clone());
        figure("resident_p50", "MB", percentile(&memory, 0.5), of);
        let size = std::fs::metadata(binary(package)).unwrap().len() as f64 / 1e6;
        figure("binary", "MB", size, json!({ "function": package }));
        let zip = project().join(format!("target/lambda/{package}/bootstrap.zip"));
        if let Ok(zip) = std::fs::metadata(zip) {
            figure("zip_as_built_last", "MB", zip.len() as f64 / 1e6, json!({ "function": package }));
        }
    }
}

fn binary(package: &str) -> PathBuf {
    let path = project().join("target/release").join(package);
    assert!(path.exists(), "build it first: cargo build --release -p {package}");
    path
}

/// Milliseconds from the start to the first answer, and the resident memory then, in MB.
async fn first_answer(town: &Town, package: &str, event: &Value) -> (f64, f64) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let api = listener.local_addr().unwrap().to_string();
    let started = Instant::now();
    let mut child = Command::new(binary(package))
        .env_clear()
        .envs([
            ("AWS_LAMBDA_RUNTIME_API", api.as_str()),
            ("AWS_LAMBDA_FUNCTION_NAME", package),
            ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512"),
            ("AWS_LAMBDA_FUNCTION_VERSION", "1"),
            ("AWS_REGION", "eu-west-3"),
            ("AWS_ACCESS_KEY_ID", "local"),
            ("AWS_SECRET_ACCESS_KEY", "local"),
            ("AWS_ENDPOINT_URL_DYNAMODB", &town.portal.table_endpoint()),
            ("TABLE_NAME", town.portal.table_name()),
            ("PUBLIC_ORIGIN", town.portal.origin()),
            ("ORIGIN_SECRET_SHA256", &secret::sha256(SECRET)),
            ("RUST_LOG", "error"),
        ])
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    // The connection is kept: without it the binary ends, and its memory cannot be read.
    let _kept = loop {
        let (stream, _) = listener.accept().await.unwrap();
        if let Some(stream) = serve(stream, event).await {
            break stream;
        }
    };
    let time = started.elapsed().as_secs_f64() * 1000.0;
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id().unwrap())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    let kilobytes: f64 = line.trim().trim_end_matches(" kB").trim().parse().unwrap();
    child.kill().await.unwrap();
    (time, kilobytes / 1000.0)
}

/// The two calls of the Runtime API that one invocation makes, on one connection. The connection, once an answer came.
async fn serve(mut stream: TcpStream, event: &Value) -> Option<TcpStream> {
    stream.set_nodelay(true).unwrap();
    loop {
        let (head, body) = read_request(&mut stream).await?;
        if head.contains("/invocation/next") {
            let body = event.to_string();
            let deadline = chrono::Utc::now().timestamp_millis() + 30_000;
            let reply = format!(
                "HTTP/1.1 200 OK\r\nlambda-runtime-aws-request-id: 1\r\nlambda-runtime-deadline-ms: {deadline}\r\n\
                 lambda-runtime-invoked-function-arn: arn:aws:lambda:eu-west-3:1:function:bench\r\n\
                 content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
                body.len()
            );
            stream.write_all(reply.as_bytes()).await.unwrap();
        } else {
            let answer: Value = serde_json::from_str(&body).unwrap_or_default();
            assert_eq!(answer["statusCode"], 200, "{head}\n{body}");
            let _ = stream.write_all(b"HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n").await;
            return Some(stream);
        }
    }
}

async fn read_request(stream: &mut TcpStream) -> Option<(String, String)> {
    let mut bytes = Vec::new();
    let mut chunk = [0_u8; 16 * 1024];
    loop {
        let count = stream.read(&mut chunk).await.ok().filter(|count| *count > 0)?;
        bytes.extend_from_slice(&chunk[..count]);
        let text = String::from_utf8_lossy(&bytes);
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        if head.to_lowercase().contains("transfer-encoding: chunked") {
            if body.ends_with("0\r\n\r\n") {
                let lines: Vec<&str> = body.split("\r\n").skip(1).step_by(2).collect();
                return Some((head.to_owned(), lines.concat()));
            }
            continue;
        }
        let length =
            head.to_lowercase().lines().find_map(|line| line.strip_prefix("content-length: ").map(str::to_owned));
        let length: usize = length.and_then(|text| text.trim().parse().ok()).unwrap_or(0);
        if body.len() >= length {
            return Some((head.to_owned(), body.to_owned()));
        }
    }
}

/// A request as the HTTP API hands it over.
fn event(route: &str, cookie: &str) -> Value {
    let (method, path) = route.split_once(' ').unwrap();
    let raw = path.replace("{organisation}", "jumex").replace("{family}", "devret");
    json!({
        "version": "2.0", "routeKey": route, "rawPath": raw, "rawQueryString": "day=2015-05-28",
        "cookies": [format!("__Host-session={cookie}")],
        "headers": {
            "x-origin-secret": SECRET, "sec-fetch-site": "same-origin", "cloudfront-viewer-address": "127.0.0.1:1",
        },
        "queryStringParameters": { "day": "2015-05-28" },
        "pathParameters": { "organisation": "jumex", "family": "devret" },
        "requestContext": {
            "accountId": "1", "apiId": "1", "domainName": "local", "domainPrefix": "local", "requestId": "1",
            "routeKey": route, "stage": "$default", "time": "23/Nov/2026:00:00:00 +0000", "timeEpoch": 0,
            "http": { "method": method, "path": raw, "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1", "userAgent": "bench" },
        },
        "isBase64Encoded": false,
    })
}
