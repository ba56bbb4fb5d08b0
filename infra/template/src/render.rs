//! The template's text: the parts as they lie, and between them what repeats itself for each function.

use crate::access::statements;
use crate::functions::Deployed;
use crate::own::{Own, Schedule};

/// Everything, in the order in which one would read it.
pub(crate) fn template(functions: &[Deployed], own: &[Own]) -> String {
    let both = || functions.iter().zip(own);
    let blocks: String = both().map(|(function, own)| format!("\n{}", block(function, own))).collect();
    let logs: String = both().map(|(function, _)| format!("\n{}", logs(function))).collect();
    [
        include_str!("../parts/head.yaml"),
        &title("What is kept"),
        include_str!("../parts/kept.yaml"),
        &title("The functions"),
        blocks.trim_start_matches('\n'),
        &title("Their logs"),
        logs.trim_start_matches('\n'),
        &title("The way in"),
        include_str!("../parts/way_in.yaml"),
        &title("Mails"),
        include_str!("../parts/mails.yaml"),
        &title("Alarms"),
        include_str!("../parts/alarms.yaml"),
        "\n",
        include_str!("../parts/outputs.yaml"),
    ]
    .concat()
}

fn title(text: &str) -> String {
    let bar = "─".repeat(29);
    format!("\n  # {bar} {text} {bar}\n\n")
}

/// `login` is `Login…` in logical ids.
fn id(name: &str) -> String {
    let (first, rest) = name.split_at(1);
    first.to_uppercase() + rest
}

fn block(function: &Deployed, own: &Own) -> String {
    let (name, id) = (function.name, id(function.name));
    let dead_letters = if own.is_called_asynchronously() {
        "      DeadLetterQueue: { Type: SQS, TargetArn: !GetAtt DeadLetters.Arn }\n"
    } else {
        ""
    };
    [
        format!("  {id}Function:\n    Type: AWS::Serverless::Function\n    Properties:\n"),
        format!("      CodeUri: target/lambda/{name}/\n"),
        indented(&own.properties, 4),
        format!("      LoggingConfig: {{ LogGroup: !Ref {id}Logs, LogFormat: JSON }}\n"),
        dead_letters.to_owned(),
        settings(function, own),
        format!("      # What each is for: functions/{name}/src/access.rs\n"),
        "      Policies:\n        - Version: '2012-10-17'\n          Statement:\n".to_owned(),
        statements(function.access),
        events(function, own),
    ]
    .concat()
}

fn settings(function: &Deployed, own: &Own) -> String {
    let mut settings = String::new();
    if !function.routes.is_empty() {
        settings += "          ORIGIN_SECRET_SHA256: !Ref OriginSecretSha256\n";
        settings += "          ORIGIN_SECRET_SHA256_OLD: !Ref OriginSecretSha256Old\n";
    }
    settings += &indented(&own.settings, 8);
    if settings.is_empty() { settings } else { format!("      Environment:\n        Variables:\n{settings}") }
}

fn events(function: &Deployed, own: &Own) -> String {
    let routes = function.routes.iter().map(|key| route(key));
    let streams = own.streams.iter().map(|(name, pattern)| stream(name, pattern));
    let schedules = own.schedules.iter().map(|(name, schedule)| called_by_the_clock(name, schedule));
    let events: String = routes.chain([indented(&own.events, 6)]).chain(streams).chain(schedules).collect();
    if events.is_empty() { events } else { format!("      Events:\n{events}") }
}

fn route(key: &str) -> String {
    let (method, path) = key.split_once(' ').unwrap_or((key, ""));
    let name = event_name(method, path);
    format!(
        "        {name}: {{ Type: HttpApi, Properties: {{ ApiId: !Ref Api, Method: {method}, Path: '{path}' }} }}\n"
    )
}

/// `PUT /api/account/mel` is `PutAccountMel`.
fn event_name(method: &str, path: &str) -> String {
    let path = path.strip_prefix("/api").unwrap_or(path);
    let words = path.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    [method.to_lowercase().as_str()].into_iter().chain(words).map(id).collect()
}

fn stream(name: &str, pattern: &str) -> String {
    let text = format!(
        "{name}:
  Type: DynamoDB
  Properties:
    Stream: !GetAtt Table.StreamArn
    StartingPosition: TRIM_HORIZON
    BatchSize: 10
    ParallelizationFactor: 4
    MaximumRetryAttempts: 8
    MaximumRecordAgeInSeconds: 21600
    BisectBatchOnFunctionError: true
    FunctionResponseTypes: [ReportBatchItemFailures]
    DestinationConfig: {{ OnFailure: {{ Type: SQS, Destination: !GetAtt DeadLetters.Arn }} }}
    FilterCriteria:
      Filters:
        - Pattern: >-
{}",
        indented(pattern, 12)
    );
    indented(&text, 8)
}

/// Tried again until the next one comes, about.
fn called_by_the_clock(name: &str, schedule: &Schedule) -> String {
    let Schedule { why, at, input } = schedule;
    let (tries, seconds) = if schedule.is_frequent() { (1, 300) } else { (3, 3000) };
    let text = format!(
        "{name}:
  Type: ScheduleV2
  Properties:
    Description: {why}
    GroupName: !Ref Schedules
    ScheduleExpression: cron({at})
    ScheduleExpressionTimezone: Europe/Paris
    Input: '{input}'
    RetryPolicy: {{ MaximumRetryAttempts: {tries}, MaximumEventAgeInSeconds: {seconds} }}
    DeadLetterConfig: {{ Arn: !GetAtt DeadLetters.Arn }}
"
    );
    indented(&text, 8)
}

/// What a function wrote, and how often it said, or Lambda said of it, that something failed.
fn logs(function: &Deployed) -> String {
    let id = id(function.name);
    format!(
        "  {id}Logs:
    Type: AWS::Logs::LogGroup
    DeletionPolicy: RetainExceptOnCreate
    UpdateReplacePolicy: Retain
    Properties: {{ RetentionInDays: 90 }}
  {id}Failures:
    Type: AWS::Logs::MetricFilter
    Properties:
      LogGroupName: !Ref {id}Logs
      FilterPattern: '{FAILED}'
      MetricTransformations:
        - {{ MetricNamespace: !Sub 'Preau/${{AWS::StackName}}', MetricName: Failures, MetricValue: '1' }}
"
    )
}

/// A line of the function's own, or Lambda's report of a call that ran out of time or memory, or died.
const FAILED: &str = r#"{ ($.level = "ERROR") || (($.type = "platform.report") && ($.record.status != "success")) }"#;

/// Every line moved to the right.
pub(crate) fn indented(text: &str, by: usize) -> String {
    text.lines().map(|line| format!("{:by$}{line}\n", "")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_route_gives_its_event_a_name_of_letters() {
        let name = event_name("PUT", "/api/organisations/{organisation}/runs/{period}/credit-note");
        assert_eq!(name, "PutOrganisationsOrganisationRunsPeriodCreditNote");
        assert_ne!(event_name("GET", "/api/families"), event_name("GET", "/api/families/{family}"));
    }
}
