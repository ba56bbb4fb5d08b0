//! The table as the template defines it; CloudFormation and DynamoDB name its parts alike.

use serde_json::{Value, json};

use super::{Template, TemplateError};

/// What is needed to make the table.
#[derive(Debug, Clone)]
pub(crate) struct TableDefinition {
    /// Its physical name.
    pub(crate) name: String,
    /// The body of CreateTable.
    pub(crate) creation: Value,
    /// The body of UpdateTimeToLive, when items expire.
    pub(crate) expiry: Option<Value>,
}

const CREATION: [&str; 4] = ["AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "LocalSecondaryIndexes"];

impl Template {
    /// The one table.
    pub(crate) fn table(&self) -> Result<TableDefinition, TemplateError> {
        let table = self.resources("AWS::DynamoDB::Table").next();
        let (id, table) = table.ok_or_else(|| TemplateError::at("Resources", "aucune table"))?;
        let properties = &table["Properties"];
        let name = self.physical_name(id)?;
        let mut creation = self.resolve_only(properties, &CREATION)?;
        creation["TableName"] = json!(name);
        creation["BillingMode"] = json!("PAY_PER_REQUEST");
        if let Some(view) = properties["StreamSpecification"].get("StreamViewType") {
            creation["StreamSpecification"] = json!({ "StreamEnabled": true, "StreamViewType": view });
        }
        let expiry = properties.get("TimeToLiveSpecification");
        let expiry = expiry.map(|expiry| json!({ "TableName": name, "TimeToLiveSpecification": expiry }));
        Ok(TableDefinition { name, creation, expiry })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::template::fixture::template;

    #[test]
    fn the_table_is_made_as_the_template_says() {
        let table = template().table().unwrap();
        assert_eq!(table.name, "preau-local");
        assert_eq!(table.creation["KeySchema"][1], json!({"AttributeName": "sk", "KeyType": "RANGE"}));
        assert_eq!(table.creation["StreamSpecification"]["StreamEnabled"], true);
        let expiry = &table.expiry.unwrap()["TimeToLiveSpecification"];
        assert_eq!(*expiry, json!({"AttributeName": "expires", "Enabled": true}));
    }
}
