//! The pages, as S3 behind CloudFront serves them: each in its frame, all else as it lies, one page for what is not there.

use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::CACHE_CONTROL;
use axum::http::{HeaderValue, Method, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{Html, IntoResponse, Response};
use percent_encoding::percent_decode_str;
use preau_site::{NOT_FOUND, Site, SiteError};
use tower_http::compression::CompressionLayer;
use tower_http::services::ServeDir;
use tower_http::set_header::SetResponseHeaderLayer;

/// The pages of a site and its other files; `/` is `index.html`, anything unknown is `404.html` with its status.
pub(super) fn router(site: Site) -> Router {
    let files = ServeDir::new(site.folder()).append_index_html_on_directories(false);
    // A changed file must show at the next load, here and after a deployment.
    let revalidated = SetResponseHeaderLayer::if_not_present(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    Router::new()
        .fallback_service(files)
        .layer(from_fn_with_state(site, pages))
        .layer(CompressionLayer::new())
        .layer(revalidated)
}

/// Answers with pages itself; asks for files, and says in a page that there is none.
async fn pages(State(site): State<Site>, request: Request, next: Next) -> Response {
    if request.method() != Method::GET && request.method() != Method::HEAD {
        return next.run(request).await;
    }
    // As the files are found: a page is no file, however its name is written.
    let path = percent_decode_str(request.uri().path()).decode_utf8_lossy();
    let name = match &*path {
        "/" => "index.html",
        path => path.trim_start_matches('/'),
    };
    match site.page(name) {
        Ok(Some(page)) => return Html(page).into_response(),
        // A part of the frame is no page, nor a file of its own.
        Ok(None) if name.ends_with(".html") => return (StatusCode::NOT_FOUND, not_found(&site)).into_response(),
        Ok(None) => {}
        Err(error) => return broken(&error),
    }
    match next.run(request).await {
        answer if answer.status() == StatusCode::NOT_FOUND => (StatusCode::NOT_FOUND, not_found(&site)).into_response(),
        answer => answer,
    }
}

fn not_found(site: &Site) -> Response {
    match site.page(NOT_FOUND) {
        Ok(page) => Html(page.unwrap_or_default()).into_response(),
        Err(error) => broken(&error),
    }
}

/// Whoever writes a page reads what is wrong with it where it would show.
fn broken(error: &SiteError) -> Response {
    tracing::error!(%error, "a page is written wrongly");
    (StatusCode::INTERNAL_SERVER_ERROR, format!("{error}\n")).into_response()
}

#[cfg(test)]
mod tests {
    use axum::body::{Body, to_bytes};
    use tower::ServiceExt;

    use super::*;

    async fn get(path: &str) -> Response {
        let folder = tempfile::TempDir::new().unwrap();
        std::fs::create_dir(folder.path().join("frame")).unwrap();
        let framed = "{% extends 'frame/page.html' %}";
        for (name, content) in [
            ("frame/page.html", "accueil".repeat(50)),
            ("index.html", framed.to_owned()),
            ("404.html", framed.to_owned()),
            ("app.js", "1".repeat(50)),
        ] {
            std::fs::write(folder.path().join(name), content).unwrap();
        }
        let request = Request::get(path).header("accept-encoding", "gzip").body(Body::empty()).unwrap();
        router(Site::new(folder.path())).oneshot(request).await.unwrap()
    }

    #[tokio::test]
    async fn files_have_their_type_and_are_compressed() {
        let answer = get("/app.js").await;
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(answer.headers()["content-type"], "text/javascript");
        assert_eq!(answer.headers()["content-encoding"], "gzip");
        assert!(answer.headers().contains_key("last-modified"));
        let answer = get("/").await;
        assert_eq!(answer.headers()["content-type"], "text/html; charset=utf-8");
        assert_eq!(
            (&answer.headers()["content-encoding"], &answer.headers()["cache-control"]),
            (&"gzip".parse().unwrap(), &"no-cache".parse().unwrap())
        );
    }

    #[tokio::test]
    async fn a_page_is_in_its_frame_however_its_name_is_written() {
        for path in ["/index.html", "/index%2ehtml"] {
            let answer = get(path).await;
            assert_eq!(
                (answer.status(), &answer.headers()["content-encoding"]),
                (StatusCode::OK, &"gzip".parse().unwrap())
            );
            assert_eq!(answer.headers()["content-type"], "text/html; charset=utf-8", "{path}");
        }
    }

    #[tokio::test]
    async fn what_is_not_there_is_the_page_404_with_its_status() {
        for path in
            ["/nowhere.html", "/nowhere/", "/../Cargo.toml", "/frame/page.html", "/frame%2Fpage%2ehtml", "/nowhere.js"]
        {
            let answer = get(path).await;
            assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{path}");
            assert!(!to_bytes(answer.into_body(), 1000).await.unwrap().is_empty());
        }
    }
}
