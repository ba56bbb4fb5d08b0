//! S3: stores a file once, and reads it.

use std::path::Path;
use std::time::Duration;

use aws_sdk_s3::Client;
use aws_sdk_s3::error::SdkError;
use aws_sdk_s3::presigning::PresigningConfig;
use aws_sdk_s3::primitives::ByteStream;
use aws_smithy_runtime_api::client::http::SharedHttpClient;

use super::s3::{self, FileError, failed};
use domain::id::{FamilyId, OrganisationId};
use lambda::environment::{Environment, SettingError};

/// Where the PDF of an invoice is stored.
pub fn file_of_invoice(organisation: &OrganisationId, family: &FamilyId, number: &str) -> String {
    format!("invoices/{organisation}/{family}/{number}.pdf")
}

/// How long the address of a download answers.
const LINK_LIFE: Duration = Duration::from_secs(60);

/// The bucket that keeps invoices, archives of families and the journal of erasures.
#[derive(Debug, Clone)]
pub struct Files {
    client: Client,
    bucket: String,
}

impl Files {
    /// Reads `FILES_BUCKET`.
    pub fn of(environment: &Environment, http_client: Option<SharedHttpClient>) -> Result<Self, SettingError> {
        let bucket = environment.required("FILES_BUCKET")?.to_owned();
        Ok(Self { client: s3::client(environment, http_client)?, bucket })
    }

    /// Stores a file unless one is there already: the first one stays, so that a key always gives the same bytes.
    pub async fn store_once(&self, key: &str, content_type: &str, bytes: Vec<u8>) -> Result<(), FileError> {
        let put = self.client.put_object().bucket(&self.bucket).key(key).content_type(content_type);
        match put.if_none_match("*").body(ByteStream::from(bytes)).send().await {
            Ok(_) => Ok(()),
            Err(SdkError::ServiceError(service)) if service.raw().status().as_u16() == 412 => Ok(()),
            Err(error) => Err(failed(error)),
        }
    }

    /// The bytes of a file; `None` when there is none.
    pub async fn read(&self, key: &str) -> Result<Option<Vec<u8>>, FileError> {
        match self.client.get_object().bucket(&self.bucket).key(key).send().await {
            Ok(found) => {
                let bytes = found.body.collect().await.map_err(|error| FileError(error.to_string()))?;
                Ok(Some(bytes.to_vec()))
            }
            Err(error) if error.as_service_error().is_some_and(|error| error.is_no_such_key()) => Ok(None),
            Err(error) => Err(failed(error)),
        }
    }

    /// Stores a file that lies on this machine, over what may be there.
    pub async fn store_file(&self, key: &str, content_type: &str, path: &Path) -> Result<(), FileError> {
        let body = ByteStream::from_path(path).await.map_err(|error| FileError(error.to_string()))?;
        let put = self.client.put_object().bucket(&self.bucket).key(key).content_type(content_type).body(body);
        put.send().await.map(drop).map_err(failed)
    }

    /// Removes a file, whether it is there or not.
    pub async fn remove(&self, key: &str) -> Result<(), FileError> {
        s3::remove(&self.client, &self.bucket, key).await
    }

    /// The keys that begin like this.
    pub async fn list(&self, prefix: &str) -> Result<Vec<String>, FileError> {
        s3::list(&self.client, &self.bucket, prefix).await
    }

    /// An address that gives a file as a download, for a minute: made on the click, never mailed.
    pub async fn link(&self, key: &str, name: &str) -> Result<String, FileError> {
        let get = self.client.get_object().bucket(&self.bucket).key(key);
        let get = get.response_content_disposition(format!("attachment; filename=\"{name}\""));
        let life = PresigningConfig::expires_in(LINK_LIFE).map_err(failed)?;
        Ok(get.presigned(life).await.map_err(failed)?.uri().to_owned())
    }
}
