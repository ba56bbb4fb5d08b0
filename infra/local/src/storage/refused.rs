//! What is asked for and not kept here: refused, never passed over.

use s3s::dto::{DeleteObjectInput, ETagCondition, GetObjectInput, HeadObjectInput, ListObjectsV2Input, PutObjectInput};
use s3s::{S3Request, S3Result, s3_error};

fn refuse(asked: &[bool]) -> S3Result<()> {
    if asked.contains(&true) { Err(s3_error!(NotImplemented)) } else { Ok(()) }
}

/// Settings of an object that S3 keeps and we do not. A browser adds a `Cache-Control` of its own to a
/// request with `If-None-Match` (Fetch, HTTP-network-or-cache fetch): it is taken, though nothing here is ever cached.
pub(super) fn of_put(input: &PutObjectInput) -> S3Result<()> {
    let encoded =
        input.content_encoding.as_deref().is_some_and(|encoding| !encoding.is_empty() && encoding != "aws-chunked");
    refuse(&[
        input.if_match.is_some() || matches!(input.if_none_match, Some(ETagCondition::ETag(_))),
        encoded || input.content_language.is_some() || input.expires.is_some(),
        input.acl.is_some() || input.grant_read.is_some() || input.grant_full_control.is_some(),
        input.content_md5.is_some() || input.checksum_sha1.is_some() || input.checksum_crc64nvme.is_some(),
        input.sse_customer_algorithm.is_some() || input.server_side_encryption.is_some(),
        input.storage_class.is_some() || input.tagging.is_some() || input.website_redirect_location.is_some(),
        input.object_lock_mode.is_some() || input.object_lock_legal_hold_status.is_some(),
    ])
}

/// Conditions and parts of an object.
pub(super) fn of_get(input: &GetObjectInput) -> S3Result<()> {
    refuse(&[
        input.if_match.is_some() || input.if_none_match.is_some(),
        input.if_modified_since.is_some() || input.if_unmodified_since.is_some(),
        input.range.is_some() || input.part_number.is_some() || input.version_id.is_some(),
        input.response_content_encoding.is_some() || input.response_content_language.is_some(),
        input.response_expires.is_some() || input.sse_customer_algorithm.is_some(),
    ])
}

pub(super) fn of_head(input: &HeadObjectInput) -> S3Result<()> {
    refuse(&[
        input.if_match.is_some() || input.if_none_match.is_some(),
        input.if_modified_since.is_some() || input.if_unmodified_since.is_some(),
        input.range.is_some() || input.part_number.is_some() || input.version_id.is_some(),
    ])
}

pub(super) fn of_delete(input: &DeleteObjectInput) -> S3Result<()> {
    refuse(&[
        input.if_match.is_some() || input.version_id.is_some(),
        input.if_match_size.is_some() || input.mfa.is_some(),
    ])
}

pub(super) fn of_list(input: &ListObjectsV2Input) -> S3Result<()> {
    refuse(&[input.delimiter.is_some(), input.encoding_type.is_some()])
}

/// S3 takes no header of its own beside a signed address that the signature does not hold: whoever was permitted one
/// request could add to it.
pub(super) fn unsigned<T>(request: &S3Request<T>) -> S3Result<()> {
    let query = request.uri.query().unwrap_or_default();
    let signed = query.split('&').find_map(|pair| pair.strip_prefix("X-Amz-SignedHeaders="));
    let Some(signed) = signed else { return Ok(()) };
    let signed = signed.to_ascii_lowercase().replace("%3b", ";");
    let mut own = request.headers.keys().map(|name| name.as_str()).filter(|name| name.starts_with("x-amz-"));
    match own.find(|name| !signed.split(';').any(|held| held == *name)) {
        Some(_) => Err(s3_error!(AccessDenied, "There were headers present in the request which were not signed")),
        None => Ok(()),
    }
}
