//! S3 on this machine: the protocol and its signatures by `s3s`, the objects as files of the data folder.
//!
//! What invoices need: put, once where it must be, and get; checksums are not verified, everything else is refused.
//! An object is one file: a line that says its key and type, then its bytes. It is written aside, made durable, and put
//! in its place whole; where it must not be there yet, the file system decides who is first.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use axum::Router;
use axum::error_handling::HandleError;
use axum::http::StatusCode;
use s3s::auth::SimpleAuth;
use s3s::dto::{
    ETagCondition, GetObjectInput, GetObjectOutput, PostObjectInput, PostObjectOutput, PutObjectInput, PutObjectOutput,
    StreamingBlob,
};
use s3s::service::S3ServiceBuilder;
use s3s::stream::ByteStream;
use s3s::{Body, HttpError, S3, S3Request, S3Response, S3Result, s3_error};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The largest object, as the portal's own limit is; S3's is far beyond.
const LARGEST: usize = 32 * 1024 * 1024;

/// The objects of all buckets.
#[derive(Debug, Clone)]
pub(crate) struct Storage {
    folder: PathBuf,
}

#[derive(Serialize, Deserialize)]
struct Head {
    bucket: String,
    key: String,
    content_type: Option<String>,
}

impl Storage {
    /// Keeps its objects in a folder; what a crash left half-written is removed.
    pub(crate) fn open(folder: PathBuf) -> io::Result<Self> {
        fs::create_dir_all(&folder)?;
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            if path.extension().is_some_and(|ending| ending == "part") {
                fs::remove_file(path)?;
            }
        }
        Ok(Self { folder })
    }

    /// What serves it, for callers that sign with these credentials.
    pub(crate) fn router(self, id: &str, secret: &str) -> Router {
        let mut builder = S3ServiceBuilder::new(self);
        builder.set_auth(SimpleAuth::from_single(id, secret));
        let failed = |error: HttpError| async move {
            tracing::error!(?error, "le stockage local a échoué");
            (StatusCode::INTERNAL_SERVER_ERROR, "")
        };
        Router::new().fallback_service(HandleError::new(builder.build(), failed))
    }

    /// The file of a key: its hash, so that no key can name another file.
    fn file(&self, bucket: &str, key: &str) -> PathBuf {
        let digest = Sha256::digest(format!("{bucket}\n{key}"));
        self.folder.join(digest.iter().map(|byte| format!("{byte:02x}")).collect::<String>())
    }

    /// Puts an object in its place; whether it was the first, where only the first may.
    fn put(&self, head: &Head, bytes: &[u8], only_new: bool) -> io::Result<bool> {
        let place = self.file(&head.bucket, &head.key);
        let mut aside = tempfile::Builder::new().suffix(".part").tempfile_in(&self.folder)?;
        serde_json::to_writer(&mut aside, head)?;
        aside.write_all(b"\n")?;
        aside.write_all(bytes)?;
        aside.as_file().sync_all()?;
        let kept = match only_new {
            true => aside.persist_noclobber(&place),
            false => aside.persist(&place),
        };
        match kept {
            Ok(_) => {}
            Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => return Ok(false),
            Err(error) => return Err(error.error),
        }
        sync_folder(&self.folder)?;
        Ok(true)
    }

    fn get(&self, bucket: &str, key: &str) -> io::Result<(Head, Vec<u8>)> {
        let mut bytes = fs::read(self.file(bucket, key))?;
        let end = bytes.iter().position(|byte| *byte == b'\n').ok_or(io::ErrorKind::InvalidData)?;
        let head = serde_json::from_slice(&bytes[..end])?;
        Ok((head, bytes.split_off(end + 1)))
    }
}

fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// The whole of a body.
async fn whole(body: Option<StreamingBlob>) -> S3Result<Vec<u8>> {
    let Some(body) = body else { return Ok(Vec::new()) };
    if body.remaining_length().exact().is_some_and(|length| length > LARGEST) {
        return Err(s3_error!(EntityTooLarge));
    }
    let mut body = Body::from(body);
    let bytes = body.store_all_limited(LARGEST).await;
    Ok(bytes.map_err(|_| s3_error!(IncompleteBody))?.to_vec())
}

#[async_trait::async_trait]
impl S3 for Storage {
    async fn put_object(&self, request: S3Request<PutObjectInput>) -> S3Result<S3Response<PutObjectOutput>> {
        let PutObjectInput { bucket, key, body, content_type, if_none_match, if_match, .. } = request.input;
        // What is not kept as S3 keeps it is refused, not passed over.
        if if_match.is_some() || matches!(if_none_match, Some(ETagCondition::ETag(_))) {
            return Err(s3_error!(NotImplemented));
        }
        let bytes = whole(body).await?;
        let head = Head { bucket, key, content_type };
        let storage = self.clone();
        let put = tokio::task::spawn_blocking(move || storage.put(&head, &bytes, if_none_match.is_some())).await;
        match put {
            Ok(Ok(true)) => Ok(S3Response::new(PutObjectOutput::default())),
            Ok(Ok(false)) => Err(s3_error!(PreconditionFailed)),
            Ok(Err(_)) | Err(_) => Err(s3_error!(InternalError)),
        }
    }

    async fn post_object(&self, _: S3Request<PostObjectInput>) -> S3Result<S3Response<PostObjectOutput>> {
        Err(s3_error!(NotImplemented))
    }

    async fn get_object(&self, request: S3Request<GetObjectInput>) -> S3Result<S3Response<GetObjectOutput>> {
        let GetObjectInput { bucket, key, .. } = request.input;
        let storage = self.clone();
        match tokio::task::spawn_blocking(move || storage.get(&bucket, &key)).await {
            Ok(Ok((head, bytes))) => Ok(S3Response::new(GetObjectOutput {
                content_length: i64::try_from(bytes.len()).ok(),
                content_type: head.content_type,
                body: Some(StreamingBlob::from(Body::from(bytes))),
                ..GetObjectOutput::default()
            })),
            Ok(Err(error)) if error.kind() == io::ErrorKind::NotFound => Err(s3_error!(NoSuchKey)),
            Ok(Err(_)) | Err(_) => Err(s3_error!(InternalError)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(key: &str) -> Head {
        Head { bucket: "files".to_owned(), key: key.to_owned(), content_type: Some("application/pdf".to_owned()) }
    }

    #[test]
    fn of_thirty_two_at_once_one_is_the_first_and_nothing_is_torn() {
        let folder = tempfile::tempdir().unwrap();
        let storage = Storage::open(folder.path().to_owned()).unwrap();
        let first = std::sync::atomic::AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for writer in 0..32_u8 {
                let (storage, first) = (&storage, &first);
                scope.spawn(move || {
                    let won = storage.put(&head("a/../é 🎈"), &vec![writer; 100_000], true).unwrap();
                    first.fetch_add(usize::from(won), std::sync::atomic::Ordering::SeqCst);
                });
            }
        });
        assert_eq!(first.into_inner(), 1);
        let (head, bytes) = storage.get("files", "a/../é 🎈").unwrap();
        assert_eq!((head.key.as_str(), bytes.len()), ("a/../é 🎈", 100_000));
        assert!(bytes.iter().all(|byte| *byte == bytes[0]));
    }

    #[test]
    fn what_a_crash_left_is_removed_and_objects_stay() {
        let folder = tempfile::tempdir().unwrap();
        Storage::open(folder.path().to_owned()).unwrap().put(&head("kept"), b"x\ny", false).unwrap();
        fs::write(folder.path().join("half.part"), b"half").unwrap();
        let storage = Storage::open(folder.path().to_owned()).unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        assert_eq!(storage.get("files", "kept").unwrap().1, b"x\ny");
        assert_eq!(storage.get("other", "kept").map(|_| ()).unwrap_err().kind(), io::ErrorKind::NotFound);
    }
}
