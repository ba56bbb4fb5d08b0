//! The calls of S3 that the portal makes, with the answers and refusals that S3 has for them.

use std::future::poll_fn;
use std::io::{self, Write};
use std::pin::Pin;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use s3s::checksum::ChecksumHasher;
use s3s::crypto::{Checksum as _, Crc32, Crc32c, Sha256};
use s3s::dto::{
    Checksum, DeleteObjectInput, DeleteObjectOutput, ETag, GetObjectInput, GetObjectOutput, HeadObjectInput,
    HeadObjectOutput, ListObjectsV2Input, ListObjectsV2Output, Object, PostObjectInput, PostObjectOutput,
    PutObjectInput, PutObjectOutput, StreamingBlob, Timestamp,
};
use s3s::stream::ByteStream;
use s3s::{S3, S3Request, S3Response, S3Result, TrailingHeaders, s3_error};
use tempfile::SpooledTempFile;
use tokio_util::io::ReaderStream;

use super::objects::{Head, Listed};
use super::{Created, Storage, refused};

/// The largest object: an archive of a family with all its documents; S3’s own limit is far beyond.
const LARGEST: usize = 256 * 1024 * 1024;

/// What comes next of a body.
async fn next<S>(body: &mut S) -> Option<S::Item>
where
    S: ByteStream + Unpin,
{
    poll_fn(|context| Pin::new(&mut *body).poll_next(context)).await
}

/// Gathers a body, and counts its checksums on the way.
async fn gather(body: Option<StreamingBlob>, mut gathered: SpooledTempFile) -> S3Result<(SpooledTempFile, Gathered)> {
    let mut hasher = ChecksumHasher {
        sha256: Some(Sha256::new()),
        crc32: Some(Crc32::new()),
        crc32c: Some(Crc32c::new()),
        ..ChecksumHasher::default()
    };
    let mut size = 0;
    if let Some(mut body) = body {
        while let Some(part) = next(&mut body).await {
            let part = part.map_err(|_| s3_error!(IncompleteBody))?;
            size += part.len();
            if size > LARGEST {
                return Err(s3_error!(EntityTooLarge));
            }
            hasher.update(&part);
            gathered.write_all(&part).map_err(|_| s3_error!(InternalError))?;
        }
    }
    Ok((gathered, Gathered { size, checksums: hasher.finalize() }))
}

/// What is known of a body once it is whole.
struct Gathered {
    /// In bytes.
    size: usize,
    checksums: Checksum,
}

/// The checksums that were announced, in the head of a request or behind its body.
fn announced(input: &PutObjectInput, trailing: Option<&TrailingHeaders>) -> Checksum {
    let behind = |name: &str| trailing?.read(|headers| headers.get(name)?.to_str().ok().map(str::to_owned))?;
    Checksum {
        checksum_sha256: input.checksum_sha256.clone().or_else(|| behind("x-amz-checksum-sha256")),
        checksum_crc32: input.checksum_crc32.clone().or_else(|| behind("x-amz-checksum-crc32")),
        checksum_crc32c: input.checksum_crc32c.clone().or_else(|| behind("x-amz-checksum-crc32c")),
        ..Checksum::default()
    }
}

/// Refuses a body that is not the one its checksums say, as S3 does.
fn verify(announced: &Checksum, found: &Checksum) -> S3Result<()> {
    let length = |text: &Option<String>, bytes: usize| {
        text.as_ref().is_none_or(|text| STANDARD.decode(text).is_ok_and(|digest| digest.len() == bytes))
    };
    if !length(&announced.checksum_sha256, 32) || !length(&announced.checksum_crc32, 4) {
        return Err(s3_error!(InvalidRequest, "Value for x-amz-checksum header is invalid."));
    }
    let same = |announced: &Option<String>, found: &Option<String>| announced.is_none() || announced == found;
    if same(&announced.checksum_sha256, &found.checksum_sha256)
        && same(&announced.checksum_crc32, &found.checksum_crc32)
        && same(&announced.checksum_crc32c, &found.checksum_crc32c)
    {
        Ok(())
    } else {
        Err(s3_error!(BadDigest, "The checksum you specified did not match the one calculated."))
    }
}

/// Like S3's for an object encrypted with a key: it tells contents apart, and is no MD5.
fn etag(found: &Checksum) -> String {
    let digest = STANDARD.decode(found.checksum_sha256.as_deref().unwrap_or_default()).unwrap_or_default();
    digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

impl Storage {
    async fn aside<T, F>(&self, work: F) -> S3Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&super::Objects) -> io::Result<T> + Send + 'static,
    {
        let objects = self.objects.clone();
        match tokio::task::spawn_blocking(move || work(&objects)).await {
            Ok(Ok(done)) => Ok(done),
            Ok(Err(error)) if error.kind() == io::ErrorKind::NotFound => Err(s3_error!(NoSuchKey)),
            Ok(Err(_)) | Err(_) => Err(s3_error!(InternalError)),
        }
    }
}

#[async_trait::async_trait]
impl S3 for Storage {
    async fn put_object(&self, request: S3Request<PutObjectInput>) -> S3Result<S3Response<PutObjectOutput>> {
        refused::unsigned(&request)?;
        refused::of_put(&request.input)?;
        let S3Request { mut input, trailing_headers, .. } = request;
        let (bytes, Gathered { size, checksums }) = gather(input.body.take(), self.objects.gather()).await?;
        let announced = announced(&input, trailing_headers.as_ref());
        verify(&announced, &checksums)?;
        let etag = etag(&checksums);
        let head = Head {
            bucket: input.bucket.clone(),
            key: input.key.clone(),
            content_type: input.content_type,
            content_disposition: input.content_disposition,
            metadata: input.metadata.unwrap_or_default().into_iter().collect(),
            sha256: announced.checksum_sha256.clone(),
            etag: Some(etag.clone()),
        };
        let only_new = input.if_none_match.is_some();
        if !self.aside(move |objects| objects.put(&head, bytes, only_new)).await? {
            return Err(s3_error!(PreconditionFailed));
        }
        // Nobody listens where the template tells nobody of this bucket.
        let _ = self.created.send(Created { bucket: input.bucket, key: input.key, size });
        Ok(S3Response::new(PutObjectOutput {
            e_tag: Some(ETag::Strong(etag)),
            checksum_sha256: announced.checksum_sha256,
            ..PutObjectOutput::default()
        }))
    }

    async fn post_object(&self, _: S3Request<PostObjectInput>) -> S3Result<S3Response<PostObjectOutput>> {
        Err(s3_error!(NotImplemented))
    }

    async fn get_object(&self, request: S3Request<GetObjectInput>) -> S3Result<S3Response<GetObjectOutput>> {
        refused::unsigned(&request)?;
        refused::of_get(&request.input)?;
        let GetObjectInput { bucket, key, .. } = &request.input;
        let (bucket, key) = (bucket.clone(), key.clone());
        let (Listed { head, size, modified }, file) = self.aside(move |objects| objects.get(&bucket, &key)).await?;
        let input = request.input;
        Ok(S3Response::new(GetObjectOutput {
            content_length: i64::try_from(size).ok(),
            content_type: input.response_content_type.or(head.content_type),
            content_disposition: input.response_content_disposition.or(head.content_disposition),
            cache_control: input.response_cache_control,
            metadata: (!head.metadata.is_empty()).then(|| head.metadata.into_iter().collect()),
            e_tag: head.etag.map(ETag::Strong),
            last_modified: Some(Timestamp::from(modified)),
            body: Some(StreamingBlob::wrap(ReaderStream::new(tokio::fs::File::from_std(file)))),
            ..GetObjectOutput::default()
        }))
    }

    async fn head_object(&self, request: S3Request<HeadObjectInput>) -> S3Result<S3Response<HeadObjectOutput>> {
        refused::unsigned(&request)?;
        refused::of_head(&request.input)?;
        let HeadObjectInput { bucket, key, .. } = request.input;
        let Listed { head, size, modified } = self.aside(move |objects| objects.look(&bucket, &key)).await?;
        Ok(S3Response::new(HeadObjectOutput {
            content_length: i64::try_from(size).ok(),
            content_type: head.content_type,
            content_disposition: head.content_disposition,
            metadata: (!head.metadata.is_empty()).then(|| head.metadata.into_iter().collect()),
            e_tag: head.etag.map(ETag::Strong),
            last_modified: Some(Timestamp::from(modified)),
            ..HeadObjectOutput::default()
        }))
    }

    async fn delete_object(&self, request: S3Request<DeleteObjectInput>) -> S3Result<S3Response<DeleteObjectOutput>> {
        refused::unsigned(&request)?;
        refused::of_delete(&request.input)?;
        let DeleteObjectInput { bucket, key, .. } = request.input;
        self.aside(move |objects| objects.remove(&bucket, &key)).await?;
        Ok(S3Response::new(DeleteObjectOutput::default()))
    }

    /// A page holds what was asked for, a thousand keys at most; the next one begins after the token, a key.
    async fn list_objects_v2(
        &self,
        request: S3Request<ListObjectsV2Input>,
    ) -> S3Result<S3Response<ListObjectsV2Output>> {
        refused::unsigned(&request)?;
        refused::of_list(&request.input)?;
        let ListObjectsV2Input { bucket, prefix, continuation_token, start_after, max_keys, .. } = request.input;
        let (of_bucket, beginning) = (bucket.clone(), prefix.clone().unwrap_or_default());
        let found = self.aside(move |objects| objects.list(&of_bucket, &beginning)).await?;
        let after = continuation_token.clone().or(start_after).unwrap_or_default();
        let most = usize::try_from(max_keys.unwrap_or(1000).clamp(0, 1000)).unwrap_or_default();
        let rest: Vec<Listed> = found.into_iter().filter(|one| one.head.key > after).collect();
        let more = rest.len() > most;
        let page: Vec<Object> = rest.into_iter().take(most).map(object).collect();
        let next = page.last().and_then(|object| object.key.clone()).filter(|_| more);
        Ok(S3Response::new(ListObjectsV2Output {
            name: Some(bucket),
            prefix,
            key_count: i32::try_from(page.len()).ok(),
            max_keys: i32::try_from(most).ok(),
            is_truncated: Some(more),
            continuation_token,
            next_continuation_token: next,
            contents: Some(page),
            ..ListObjectsV2Output::default()
        }))
    }
}

fn object(listed: Listed) -> Object {
    Object {
        key: Some(listed.head.key),
        size: i64::try_from(listed.size).ok(),
        e_tag: listed.head.etag.map(ETag::Strong),
        last_modified: Some(Timestamp::from(listed.modified)),
        ..Object::default()
    }
}
