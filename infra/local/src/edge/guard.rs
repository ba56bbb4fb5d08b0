//! A server that nobody can occupy: so many connections at once, so long for headers and for a body.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, Extension, Request};
use axum::http::header::HOST;
use axum::http::{StatusCode, Uri};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// What a caller may take.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// How many connections are open at once; who comes next waits for one that ends.
    pub(super) connections: usize,
    /// How long the headers of a request may take, and a connection may say nothing.
    pub(super) headers: Duration,
    /// How long a body may take.
    pub(super) body: Duration,
}

impl Limits {
    /// What browsers on this machine need, many times over.
    pub(super) const USUAL: Self =
        Self { connections: 512, headers: Duration::from_secs(30), body: Duration::from_secs(30) };
}

/// The largest body any route takes, in bytes; the API says the same.
const LARGEST: usize = 10 * 1024 * 1024;

/// Serves until the signal, then lets running requests finish.
pub(super) async fn serve(listener: TcpListener, router: Router, stop: CancellationToken, limits: Limits) {
    let router = router.layer(from_fn(move |request, next| whole_in_time(request, next, limits.body)));
    let router = router.layer(from_fn(only_this_machine));
    let (places, running) = (Arc::new(Semaphore::new(limits.connections)), TaskTracker::new());
    while let Some((socket, peer, place)) = stop.run_until_cancelled(next(&listener, &places)).await {
        running.spawn(connection(socket, peer, router.clone(), stop.clone(), limits, place));
    }
    running.close();
    running.wait().await;
}

/// The next connection, once there is a place for it.
async fn next(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> (TcpStream, SocketAddr, Option<OwnedSemaphorePermit>) {
    const AGAIN: Duration = Duration::from_millis(100);
    let place = Arc::clone(places).acquire_owned().await.ok();
    loop {
        match listener.accept().await {
            Ok((socket, peer)) => return (socket, peer, place),
            Err(error) => {
                tracing::warn!(%error, "une connexion n’a pas pu être prise");
                tokio::time::sleep(AGAIN).await;
            }
        }
    }
}

async fn connection(
    socket: TcpStream,
    peer: SocketAddr,
    router: Router,
    stop: CancellationToken,
    limits: Limits,
    place: Option<OwnedSemaphorePermit>,
) {
    // Without it, small answers wait for the other side's acknowledgement.
    let _ = socket.set_nodelay(true);
    let service = TowerToHyperService::new(router.layer(Extension(ConnectInfo(peer))));
    let mut server = http1::Builder::new();
    server.timer(TokioTimer::new()).header_read_timeout(limits.headers);
    let mut serving = std::pin::pin!(server.serve_connection(TokioIo::new(socket), service));
    let ended = tokio::select! {
        ended = serving.as_mut() => ended,
        () = stop.cancelled() => {
            serving.as_mut().graceful_shutdown();
            serving.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "une connexion a été rompue");
    }
    drop(place);
}

/// A body comes whole within its time, or the request ends.
async fn whole_in_time(request: Request, next: Next, limit: Duration) -> Result<Response, Infallible> {
    let (parts, body) = request.into_parts();
    let refused = |status: StatusCode| Ok((status, [("connection", "close")]).into_response());
    match tokio::time::timeout(limit, to_bytes(body, LARGEST + 1)).await {
        Ok(Ok(body)) => Ok(next.run(Request::from_parts(parts, Body::from(body))).await),
        Ok(Err(_)) => refused(StatusCode::PAYLOAD_TOO_LARGE),
        Err(_) => refused(StatusCode::REQUEST_TIMEOUT),
    }
}

/// A page of elsewhere whose name leads here must not read what is here: one Host, and this machine's.
async fn only_this_machine(request: Request, next: Next) -> Response {
    let mut hosts = request.headers().get_all(HOST).iter();
    let (first, second) = (hosts.next().and_then(|host| host.to_str().ok()), hosts.next());
    if second.is_some() || !agrees(request.uri(), first.unwrap_or_default()) {
        return (StatusCode::BAD_REQUEST, "Une demande nomme un seul site.\n").into_response();
    }
    let host = first.unwrap_or_default();
    let name = host.rsplit_once(':').filter(|(_, port)| port.parse::<u16>().is_ok()).map_or(host, |(name, _)| name);
    match name {
        "localhost" | "127.0.0.1" | "[::1]" => next.run(request).await,
        _ => (StatusCode::MISDIRECTED_REQUEST, "Ce portail ne répond qu’à http://localhost.\n").into_response(),
    }
}

/// A request may name its site twice, in its first line too; both must be the same.
fn agrees(uri: &Uri, host: &str) -> bool {
    uri.authority().is_none_or(|authority| authority.as_str().eq_ignore_ascii_case(host))
}

#[cfg(test)]
mod tests {
    use axum::routing::{get, post};
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    const SHORT: Limits =
        Limits { connections: 2, headers: Duration::from_millis(300), body: Duration::from_millis(300) };

    async fn door(limits: Limits) -> (SocketAddr, CancellationToken) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, stop) = (listener.local_addr().unwrap(), CancellationToken::new());
        let router = Router::new()
            .route("/", get(async |ConnectInfo(peer): ConnectInfo<SocketAddr>| peer.ip().to_string()))
            .route("/length", post(async |body: String| body.len().to_string()));
        tokio::spawn(serve(listener, router, stop.clone(), limits));
        (address, stop)
    }

    /// What comes back until the other side closes.
    async fn heard(socket: &mut TcpStream) -> String {
        let mut answer = Vec::new();
        let read = tokio::time::timeout(Duration::from_secs(20), socket.read_to_end(&mut answer)).await;
        let _ = read.expect("the connection is closed");
        String::from_utf8_lossy(&answer).into_owned()
    }

    async fn said(address: SocketAddr, request: &str) -> (TcpStream, String) {
        let mut socket = TcpStream::connect(address).await.unwrap();
        socket.write_all(request.as_bytes()).await.unwrap();
        let answer = heard(&mut socket).await;
        (socket, answer)
    }

    const GET: &str = "GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";

    #[tokio::test]
    async fn who_says_nothing_or_half_of_a_request_is_shown_out_and_the_next_one_served() {
        let (address, _stop) = door(SHORT).await;
        let mut silent = TcpStream::connect(address).await.unwrap();
        let mut slow = TcpStream::connect(address).await.unwrap();
        slow.write_all(b"GET / HTTP/1.1\r\nhost: local").await.unwrap();
        // Both places are taken: this one is served once they are given back.
        let (_, answer) = said(address, GET).await;
        assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("127.0.0.1"), "{answer}");
        for socket in [&mut silent, &mut slow] {
            let answer = heard(socket).await;
            assert!(!answer.contains("200"), "{answer}");
        }
    }

    #[tokio::test]
    async fn a_body_that_never_ends_is_not_waited_for() {
        let (address, _stop) = door(SHORT).await;
        let head = "POST /length HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: 10\r\n\r\n";
        let (_, late) = said(address, &format!("{head}12345")).await;
        assert!(late.starts_with("HTTP/1.1 408"), "{late}");
        let (_, whole) = said(address, &format!("{head}1234567890")).await;
        assert!(whole.starts_with("HTTP/1.1 200") && whole.ends_with("10"), "{whole}");
    }

    #[tokio::test]
    async fn a_request_names_this_machine_and_names_it_once() {
        let (address, stop) = door(Limits::USUAL).await;
        for (first, hosts, status) in [
            ("/", "host: localhost:3000\r\n", 200),
            ("/", "host: localhost\r\nhost: localhost\r\n", 400),
            ("/", "host: localhost\r\nhost: evil.example\r\n", 400),
            ("http://evil.example/", "host: localhost\r\n", 400),
            ("http://localhost/", "host: localhost\r\n", 200),
            ("/", "host: evil.example\r\n", 421),
            ("/", "host: localhost.evil.example\r\n", 421),
        ] {
            let (_, answer) = said(address, &format!("GET {first} HTTP/1.1\r\n{hosts}connection: close\r\n\r\n")).await;
            assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{first} {hosts}: {answer}");
        }
        stop.cancel();
    }
}
