//! Every value that is this machine's own: what the template's parameters and a function's settings are here.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use lambda::environment::Environment;
use sha2::{Digest, Sha256};

use crate::bank;
use crate::template::{DeployedFunction, REGION};

/// Parameters of the template whose default is not for this machine, or that have none.
const PARAMETERS: [(&str, &str); 3] =
    [("PublicDomain", "localhost"), ("MailDomain", "preau.localhost"), ("MailsPerSecond", "10000")];

/// What the functions sign their calls with here, id and secret alike.
pub(crate) const CREDENTIAL: &str = "local";

/// The values of the template's parameters on this machine.
pub(crate) fn parameters() -> BTreeMap<String, String> {
    PARAMETERS.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// What is known only once the sockets are open.
#[derive(Debug, Clone)]
pub(crate) struct LocalSettings {
    /// The origin people see.
    pub(crate) public_origin: String,
    /// What the edge alone knows.
    pub(crate) origin_secret: String,
    /// Where the table is.
    pub(crate) table: SocketAddr,
    /// Where mails go.
    pub(crate) mail_sink: SocketAddr,
    /// Where stored objects are.
    pub(crate) storage: SocketAddr,
}

impl LocalSettings {
    /// Settings that replace what the template would compute.
    pub(crate) fn given(&self) -> BTreeMap<String, String> {
        let digest = Sha256::digest(&self.origin_secret);
        let given = [
            ("PUBLIC_ORIGIN", self.public_origin.clone()),
            ("PAYFIP_URL", format!("{}{}", self.public_origin, bank::PAYFIP)),
            ("CARD_URL", format!("{}{}", self.public_origin, bank::CARD)),
            ("ORIGIN_SECRET_SHA256", digest.iter().map(|byte| format!("{byte:02x}")).collect()),
        ];
        given.map(|(name, value)| (name.to_owned(), value)).into()
    }

    /// What the AWS SDK reads from a function's environment.
    fn aws(&self) -> [(String, String); 6] {
        let settings = [
            ("AWS_REGION", REGION.to_owned()),
            ("AWS_ACCESS_KEY_ID", CREDENTIAL.to_owned()),
            ("AWS_SECRET_ACCESS_KEY", CREDENTIAL.to_owned()),
            ("AWS_ENDPOINT_URL_DYNAMODB", format!("http://{}", self.table)),
            ("AWS_ENDPOINT_URL_S3", format!("http://{}", self.storage)),
            ("AWS_ENDPOINT_URL_SES", format!("http://{}", self.mail_sink)),
        ];
        settings.map(|(name, value)| (name.to_owned(), value))
    }

    /// The whole environment of a function.
    pub(crate) fn of_function(&self, function: &DeployedFunction) -> BTreeMap<String, String> {
        self.aws().into_iter().chain(function.environment.clone()).collect()
    }

    /// An environment that reaches the table and nothing else.
    pub(crate) fn of_table(&self, table: &str) -> Environment {
        self.aws().into_iter().chain([("TABLE_NAME".to_owned(), table.to_owned())]).collect()
    }
}
