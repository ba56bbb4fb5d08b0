//! The pages, as S3 behind CloudFront serves them: files as they lie, and one page for what is not there.

use std::path::Path;

use axum::Router;
use axum::http::HeaderValue;
use axum::http::header::CACHE_CONTROL;
use tower_http::compression::CompressionLayer;
use tower_http::services::{ServeDir, ServeFile};
use tower_http::set_header::SetResponseHeaderLayer;

/// Files of `folder`; `/` is `index.html`, anything unknown is `404.html` with its status.
pub(super) fn router(folder: &Path) -> Router {
    let unknown = ServeFile::new(folder.join("404.html"));
    let files = ServeDir::new(folder).append_index_html_on_directories(false).not_found_service(unknown);
    // A changed file must show at the next load, here and after a deployment.
    let revalidated = SetResponseHeaderLayer::if_not_present(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    Router::new()
        .route_service("/", ServeFile::new(folder.join("index.html")))
        .fallback_service(files)
        .layer(CompressionLayer::new())
        .layer(revalidated)
}

#[cfg(test)]
mod tests {
    use axum::body::{Body, to_bytes};
    use axum::http::{Request, StatusCode};
    use axum::response::Response;
    use tower::ServiceExt;

    use super::*;

    async fn get(path: &str) -> Response {
        let folder = tempfile::TempDir::new().unwrap();
        for (name, content) in [("index.html", "accueil"), ("404.html", "perdu"), ("app.js", "1")] {
            std::fs::write(folder.path().join(name), content.repeat(50)).unwrap();
        }
        let request = Request::get(path).header("accept-encoding", "gzip").body(Body::empty()).unwrap();
        router(folder.path()).oneshot(request).await.unwrap()
    }

    #[tokio::test]
    async fn files_have_their_type_and_are_compressed() {
        let answer = get("/app.js").await;
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(answer.headers()["content-type"], "text/javascript");
        assert_eq!(answer.headers()["content-encoding"], "gzip");
        assert!(answer.headers().contains_key("last-modified"));
        assert_eq!(get("/").await.headers()["content-type"], "text/html");
    }

    #[tokio::test]
    async fn what_is_not_there_is_the_page_404_with_its_status() {
        for path in ["/nowhere.html", "/nowhere/", "/../Cargo.toml"] {
            let answer = get(path).await;
            assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{path}");
            assert!(!to_bytes(answer.into_body(), 1000).await.unwrap().is_empty());
        }
    }
}
