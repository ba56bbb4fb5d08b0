//! The bucket of documents: permissions to send and to read one file, and the files themselves.

use std::time::Duration;

use aws_sdk_s3::Client;
use aws_sdk_s3::presigning::{PresignedRequest, PresigningConfig};
use aws_sdk_s3::primitives::ByteStream;
use aws_smithy_runtime_api::client::http::SharedHttpClient;

use super::records::DocumentRecord;
use super::s3::{self, FileError, failed};
use domain::document::{LARGEST, Media};
use domain::id::{FamilyId, OrganisationId};
use lambda::environment::{Environment, SettingError};

/// How long a permission to send lives.
pub const SENDING_LIFE: Duration = Duration::from_secs(300);
/// How long a permission to read lives: it is made on the click.
pub const READING_LIFE: Duration = Duration::from_secs(60);

/// The rooms of the bucket: files that came, files that were checked, and small pictures of them.
pub const ROOMS: [&str; 3] = ["incoming", "checked", "previews"];

/// A request that storage will take, and no other: its address and the headers it must carry.
#[derive(Debug, Clone)]
pub struct Permission {
    /// The address.
    pub url: String,
    /// With which headers, but those that a browser sets itself.
    pub headers: Vec<(String, String)>,
}

/// The bucket that keeps documents.
#[derive(Debug, Clone)]
pub struct Documents {
    client: Client,
    bucket: String,
}

fn life(life: Duration) -> Result<PresigningConfig, FileError> {
    PresigningConfig::expires_in(life).map_err(failed)
}

impl Documents {
    /// Reads `DOCUMENTS_BUCKET`.
    pub fn of(environment: &Environment, http_client: Option<SharedHttpClient>) -> Result<Self, SettingError> {
        let bucket = environment.required("DOCUMENTS_BUCKET")?.to_owned();
        Ok(Self { client: s3::client(environment, http_client)?, bucket })
    }

    /// Permits to send the file of a document: this place, size, type and content, once.
    pub async fn permit_sending(&self, document: &DocumentRecord) -> Result<Permission, FileError> {
        let put = self.client.put_object().bucket(&self.bucket).key(document.incoming());
        let bytes = i64::try_from(document.bytes).map_err(failed)?;
        let put = put.content_length(bytes).content_type(document.media.mime());
        let put = put.checksum_sha256(&document.sha256).if_none_match("*");
        put.presigned(life(SENDING_LIFE)?).await.map(permission).map_err(failed)
    }

    /// Permits to read the file of a document, as a download under a name of ours.
    pub async fn permit_reading(&self, document: &DocumentRecord, name: &str) -> Result<Permission, FileError> {
        let get = self.client.get_object().bucket(&self.bucket).key(document.file());
        let get = get.response_content_type(document.media.mime());
        let get = get.response_content_disposition(format!("attachment; filename=\"{name}\""));
        get.presigned(life(READING_LIFE)?).await.map(permission).map_err(failed)
    }

    /// The bytes of a file, [`LARGEST`] at most; `None` when there is none.
    pub async fn read(&self, key: &str) -> Result<Option<Vec<u8>>, FileError> {
        match self.client.get_object().bucket(&self.bucket).key(key).send().await {
            Ok(found) => {
                let length = found.content_length.and_then(|length| u64::try_from(length).ok());
                if length.is_none_or(|length| length > LARGEST) {
                    return Err(FileError(format!("a file of {length:?} bytes")));
                }
                found.body.collect().await.map(|bytes| Some(bytes.to_vec())).map_err(failed)
            }
            Err(error) if error.as_service_error().is_some_and(|error| error.is_no_such_key()) => Ok(None),
            Err(error) => Err(failed(error)),
        }
    }

    /// Stores a file, over what may be there: a check that is repeated finds the same.
    pub async fn store(&self, key: &str, media: Media, bytes: Vec<u8>) -> Result<(), FileError> {
        let put = self.client.put_object().bucket(&self.bucket).key(key).content_type(media.mime());
        let put = put.content_disposition("attachment").body(ByteStream::from(bytes));
        put.send().await.map(drop).map_err(failed)
    }

    /// Removes a file, whether it is there or not.
    pub async fn remove(&self, key: &str) -> Result<(), FileError> {
        s3::remove(&self.client, &self.bucket, key).await
    }

    /// The keys of every file of a family, checked or not, small pictures included.
    pub async fn of_family(&self, organisation: &OrganisationId, family: &FamilyId) -> Result<Vec<String>, FileError> {
        let mut keys = Vec::new();
        for room in ROOMS {
            keys.extend(self.beginning(&format!("{room}/{organisation}/{family}/")).await?);
        }
        Ok(keys)
    }

    /// The keys of the files that were sent and not checked yet.
    pub async fn unchecked(&self) -> Result<Vec<String>, FileError> {
        self.beginning("incoming/").await
    }

    async fn beginning(&self, prefix: &str) -> Result<Vec<String>, FileError> {
        s3::list(&self.client, &self.bucket, prefix).await
    }
}

fn permission(request: PresignedRequest) -> Permission {
    let of_browser = |name: &str| ["host", "content-length"].contains(&name);
    let headers = request.headers().filter(|(name, _)| !of_browser(name));
    let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    Permission { url: request.uri().to_owned(), headers }
}
