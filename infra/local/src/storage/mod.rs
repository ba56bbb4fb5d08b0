//! S3 on this machine: the protocol and its signatures by `s3s`, the objects as files of the data folder.
//!
//! What the portal uses is kept as S3 keeps it, everything else is refused: a setting that only looked kept would fail
//! once deployed.

mod cors;
mod objects;
mod protocol;
mod refused;

use std::path::PathBuf;

use axum::Router;
use axum::error_handling::HandleError;
use axum::http::StatusCode;
use s3s::HttpError;
use s3s::auth::SimpleAuth;
use s3s::service::S3ServiceBuilder;
use tokio::sync::mpsc::UnboundedSender;

pub(crate) use cors::CorsRule;
use objects::Objects;

/// An object that came, as those who wait for it are told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Created {
    /// The bucket.
    pub(crate) bucket: String,
    /// Under which key.
    pub(crate) key: String,
    /// How large, in bytes.
    pub(crate) size: usize,
}

/// The objects of all buckets, and who is told of new ones.
#[derive(Debug, Clone)]
pub(crate) struct Storage {
    objects: Objects,
    created: UnboundedSender<Created>,
}

impl Storage {
    /// Keeps its objects in a folder; what a crash left half-written is removed.
    pub(crate) fn open(folder: PathBuf, created: UnboundedSender<Created>) -> std::io::Result<Self> {
        Ok(Self { objects: Objects::open(folder)?, created })
    }

    /// What serves it, for callers that sign with these credentials; a browser by the rule of the template.
    pub(crate) fn router(self, id: &str, secret: &str, rule: Option<CorsRule>) -> Router {
        let mut builder = S3ServiceBuilder::new(self);
        builder.set_auth(SimpleAuth::from_single(id, secret));
        let failed = |error: HttpError| async move {
            tracing::error!(?error, "le stockage local a échoué");
            (StatusCode::INTERNAL_SERVER_ERROR, "")
        };
        let router = Router::new().fallback_service(HandleError::new(builder.build(), failed));
        match rule {
            Some(rule) => router.layer(cors::layer(rule)),
            None => router,
        }
    }
}
