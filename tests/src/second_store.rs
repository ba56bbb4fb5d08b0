//! Another DynamoDB, by other people: [ministack](https://pypi.org/project/ministack/) (MIT), to cross-check the
//! embedded store. It is started for one test, on 127.0.0.1, and keeps nothing.

use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType, TimeToLiveSpecification,
};

use crate::contract::project;

/// The other store while it runs.
pub struct SecondStore {
    process: Child,
    pub endpoint: String,
    pub client: Client,
}

impl SecondStore {
    /// Starts it, installing it first where it is not, and makes the one table.
    pub async fn start(table: &str) -> Self {
        let install = Command::new(project().join("infra/build/venv"))
            .args(["second-store-venv", "tests/second-store/requirements.txt"])
            .current_dir(project())
            .stderr(Stdio::inherit())
            .output()
            .unwrap();
        assert!(install.status.success(), "ministack could not be installed");
        let folder = String::from_utf8(install.stdout).unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let process = Command::new(format!("{}/bin/ministack", folder.trim()))
            .env("BIND_HOST", "127.0.0.1")
            .env("GATEWAY_PORT", port.to_string())
            .env("SERVICES", "dynamodb")
            .env("LOG_LEVEL", "ERROR")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let endpoint = format!("http://127.0.0.1:{port}");
        let config = aws_sdk_dynamodb::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("eu-west-3"))
            .credentials_provider(Credentials::new("local", "local", None, None, "tests"))
            .endpoint_url(&endpoint)
            .build();
        let store = Self { process, endpoint, client: Client::from_conf(config) };
        store.create(table).await;
        store
    }

    async fn create(&self, table: &str) {
        for _ in 0..150 {
            if self.client.list_tables().send().await.is_ok() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        let key = |name: &str, kind: KeyType| KeySchemaElement::builder().attribute_name(name).key_type(kind).build();
        let text = |name: &str| {
            AttributeDefinition::builder().attribute_name(name).attribute_type(ScalarAttributeType::S).build()
        };
        let creation = self.client.create_table().table_name(table).billing_mode(BillingMode::PayPerRequest);
        let creation = creation.key_schema(key("pk", KeyType::Hash).unwrap());
        let creation = creation.key_schema(key("sk", KeyType::Range).unwrap());
        let creation = creation.attribute_definitions(text("pk").unwrap()).attribute_definitions(text("sk").unwrap());
        // On a busy machine the SDK asks once more, and is told that the table it asked for is there.
        if let Err(error) = creation.send().await {
            assert!(error.into_service_error().is_resource_in_use_exception(), "the second store makes no table");
        }
        let expiry = TimeToLiveSpecification::builder().attribute_name("expires").enabled(true).build().unwrap();
        let expiring = self.client.update_time_to_live().table_name(table).time_to_live_specification(expiry);
        expiring.send().await.unwrap();
    }
}

impl Drop for SecondStore {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}
