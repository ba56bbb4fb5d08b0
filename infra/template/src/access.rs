//! A function's accesses as the statements of its policy.
//!
//! One statement an action: a transaction, or a batch of reads, touches items of many kinds, and IAM may hold all its keys
//! against one statement. For a single item that allows exactly what a statement for each purpose would.

use std::collections::{BTreeMap, BTreeSet};

use lambda::access::{Access, Bucket, ItemAction, ObjectAction, To};

/// The statements, as YAML.
pub(crate) fn statements(access: &[Access]) -> String {
    let mut items: BTreeMap<ItemAction, BTreeSet<&str>> = BTreeMap::new();
    let mut objects: BTreeMap<ObjectAction, BTreeSet<String>> = BTreeMap::new();
    let mut others = String::new();
    for access in access {
        match access.to {
            To::Items(keys, actions) => {
                actions.iter().for_each(|action| items.entry(*action).or_default().extend(keys));
            }
            To::Objects(bucket, keys, actions) => {
                let resources = keys.iter().map(|key| format!("!Sub '${{{}.Arn}}/{key}'", id(bucket)));
                let resources: Vec<String> = resources.collect();
                actions.iter().for_each(|action| objects.entry(*action).or_default().extend(resources.clone()));
            }
            To::List(bucket, pattern) => others += &list(bucket, pattern),
            To::Mails => others += MAILS,
        }
    }
    let items = items.iter().map(|(action, keys)| on_table(item_action(*action), keys));
    let objects = objects.iter().map(|(action, resources)| in_storage(object_action(*action), resources));
    items.chain(objects).chain([others]).collect()
}

fn statement(sid: &str, action: &str, rest: &str) -> String {
    format!(
        "            - Sid: {sid}\n              Effect: Allow\n              Action: {action}\n{}",
        crate::render::indented(rest, 14)
    )
}

fn on_table(action: &str, keys: &BTreeSet<&str>) -> String {
    let keys = keys.iter().map(|key| format!("'{key}'")).collect::<Vec<_>>().join(", ");
    let condition = format!("{{ 'ForAllValues:StringLike': {{ 'dynamodb:LeadingKeys': [{keys}] }} }}");
    let rest = format!("Resource: !GetAtt Table.Arn\nCondition: {condition}\n");
    statement(action, &format!("dynamodb:{action}"), &rest)
}

fn in_storage(action: &str, resources: &BTreeSet<String>) -> String {
    let resources = resources.iter().cloned().collect::<Vec<_>>().join(", ");
    statement(action, &format!("s3:{action}"), &format!("Resource: [{resources}]\n"))
}

fn list(bucket: Bucket, pattern: Option<&str>) -> String {
    let id = id(bucket);
    let mut rest = format!("Resource: !GetAtt {id}.Arn\n");
    if let Some(pattern) = pattern {
        rest += &format!("Condition: {{ StringLike: {{ 's3:prefix': '{pattern}' }} }}\n");
    }
    statement(&format!("List{id}"), "s3:ListBucket", &rest)
}

/// From the portal's own address alone.
const MAILS: &str = "            - Sid: SendMails
              Effect: Allow
              Action: ses:SendRawEmail
              Resource:
                - !Sub arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:identity/${MailDomain}
                - !Sub arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:configuration-set/${MailEvents}
              Condition: { StringEquals: { 'ses:FromAddress': !Sub 'portail@${MailDomain}' } }
";

/// A bucket's logical id.
fn id(bucket: Bucket) -> &'static str {
    match bucket {
        Bucket::Files => "Files",
        Bucket::Documents => "Documents",
    }
}

fn item_action(action: ItemAction) -> &'static str {
    match action {
        ItemAction::Get => "GetItem",
        ItemAction::Query => "Query",
        ItemAction::BatchGet => "BatchGetItem",
        ItemAction::Put => "PutItem",
        ItemAction::Delete => "DeleteItem",
        ItemAction::Check => "ConditionCheckItem",
    }
}

fn object_action(action: ObjectAction) -> &'static str {
    match action {
        ObjectAction::Read => "GetObject",
        ObjectAction::Write => "PutObject",
        ObjectAction::Remove => "DeleteObject",
    }
}

#[cfg(test)]
mod tests {
    use lambda::access::{items, list, objects};

    use super::*;

    #[test]
    fn each_action_has_one_statement_with_the_keys_of_every_purpose() {
        let access = [
            items("bookings", &["FAMILY#*"], &[ItemAction::Put, ItemAction::Get]),
            items("places", &["DAY#*", "FAMILY#*"], &[ItemAction::Put]),
            objects("papers", Bucket::Files, &["invoices/*"], &[ObjectAction::Read]),
            list("papers", Bucket::Files, Some("journal/*")),
        ];
        let text = statements(&access);
        let sids: Vec<&str> = text.lines().filter_map(|line| line.trim().strip_prefix("- Sid: ")).collect();
        assert_eq!(sids, ["GetItem", "PutItem", "GetObject", "ListFiles"]);
        assert!(text.contains("'dynamodb:LeadingKeys': ['DAY#*', 'FAMILY#*']"), "{text}");
        assert!(text.contains("'dynamodb:LeadingKeys': ['FAMILY#*']"), "{text}");
        assert!(text.contains("{ StringLike: { 's3:prefix': 'journal/*' } }"), "{text}");
    }
}
