//! What calls a function: routes of the HTTP API, the table's stream, schedules, rules of the event bus.

use serde_json::Value;

use super::{Template, TemplateError};

/// A mapping from the table's stream to a function.
#[derive(Debug, Clone)]
pub(crate) struct StreamMapping {
    /// The logical ids of its function and event.
    pub(crate) id: String,
    /// The ARN that records say they come from.
    pub(crate) stream: String,
    /// Patterns, one of which a record must match; none lets every record through.
    pub(crate) filters: Vec<Value>,
    /// The most records of one call.
    pub(crate) batch_size: usize,
    /// How often a record that fails is tried again.
    pub(crate) retries: u64,
    /// Whether a batch that fails as a whole is halved.
    pub(crate) bisect: bool,
}

/// A schedule that calls a function.
#[derive(Debug, Clone)]
pub(crate) struct Schedule {
    /// The logical ids of its function and event.
    pub(crate) id: String,
    /// `cron(…)` or `rate(…)`.
    pub(crate) expression: String,
    /// The name of its time zone.
    pub(crate) timezone: String,
    /// The event the function is given, as text.
    pub(crate) input: String,
}

/// A rule of the event bus that calls a function.
#[derive(Debug, Clone)]
pub(crate) struct EventRule {
    /// The logical ids of its function and event.
    pub(crate) id: String,
    /// What an event must match.
    pub(crate) pattern: Value,
    /// How often a call that fails is tried again.
    pub(crate) retries: u64,
}

/// The properties of events that mean something here.
const READ: [&str; 12] = [
    "Path",
    "Method",
    "Stream",
    "FilterCriteria",
    "BatchSize",
    "MaximumRetryAttempts",
    "BisectBatchOnFunctionError",
    "ScheduleExpression",
    "ScheduleExpressionTimezone",
    "Input",
    "Topic",
    "Pattern",
];

#[derive(Debug, Default)]
pub(super) struct Events {
    pub(super) routes: Vec<String>,
    pub(super) streams: Vec<StreamMapping>,
    pub(super) schedules: Vec<Schedule>,
    pub(super) topics: Vec<String>,
    pub(super) rules: Vec<EventRule>,
}

impl Template {
    pub(super) fn events(&self, function: &str, events: &Value) -> Result<Events, TemplateError> {
        let mut found = Events::default();
        for (id, event) in events.as_object().into_iter().flatten() {
            let place = format!("{function}.{id}");
            let properties = self.resolve_only(&event["Properties"], &READ)?;
            match event["Type"].as_str() {
                Some("HttpApi") => found.routes.push(route(&place, &properties)?),
                Some("DynamoDB") => found.streams.push(mapping(&place, &properties)?),
                Some("SNS") => found.topics.push(text(&place, &properties, "Topic")?),
                Some("EventBridgeRule") => found.rules.push(rule(&place, &properties)?),
                Some("ScheduleV2") => found.schedules.push(schedule(&place, &properties)?),
                other => {
                    return Err(TemplateError::at(place, format!("événement inconnu du programme local : {other:?}")));
                }
            }
        }
        Ok(found)
    }
}

/// Where SES says what became of mails of a configuration set.
#[derive(Debug, Clone)]
pub(crate) struct MailDestination {
    /// The configuration set.
    pub(crate) configuration_set: String,
    /// Which events: `delivery`, `bounce`…
    pub(crate) types: Vec<String>,
    /// The topic.
    pub(crate) topic: String,
}

impl Template {
    /// Every destination of mail events that is a topic.
    pub(crate) fn mail_destinations(&self) -> Result<Vec<MailDestination>, TemplateError> {
        let destination = |(id, resource): (&String, &Value)| {
            let properties = self.resolve(&resource["Properties"])?;
            let event = &properties["EventDestination"];
            let types = event["MatchingEventTypes"].as_array().into_iter().flatten();
            Ok(MailDestination {
                configuration_set: text(id, &properties, "ConfigurationSetName")?,
                types: types.filter_map(|one| one.as_str().map(str::to_owned)).collect(),
                topic: text(id, &event["SnsDestination"], "TopicARN")?,
            })
        };
        self.resources("AWS::SES::ConfigurationSetEventDestination").map(destination).collect()
    }
}

fn text(place: &str, properties: &Value, name: &str) -> Result<String, TemplateError> {
    let text = properties[name].as_str().map(str::to_owned);
    text.ok_or_else(|| TemplateError::at(place, format!("{name} manque")))
}

fn route(place: &str, properties: &Value) -> Result<String, TemplateError> {
    let method = text(place, properties, "Method")?.to_ascii_uppercase();
    Ok(format!("{method} {}", text(place, properties, "Path")?))
}

fn mapping(place: &str, properties: &Value) -> Result<StreamMapping, TemplateError> {
    let filters = properties["FilterCriteria"]["Filters"].as_array().into_iter().flatten();
    let pattern = |filter: &Value| {
        let pattern = text(place, filter, "Pattern")?;
        serde_json::from_str(&pattern).map_err(|error| TemplateError::at(place, format!("filtre illisible, {error}")))
    };
    Ok(StreamMapping {
        id: place.to_owned(),
        stream: text(place, properties, "Stream")?,
        filters: filters.map(pattern).collect::<Result<_, _>>()?,
        batch_size: properties["BatchSize"].as_u64().and_then(|size| size.try_into().ok()).unwrap_or(100).max(1),
        retries: properties["MaximumRetryAttempts"].as_u64().unwrap_or(u64::MAX),
        bisect: properties["BisectBatchOnFunctionError"] == true,
    })
}

fn schedule(place: &str, properties: &Value) -> Result<Schedule, TemplateError> {
    Ok(Schedule {
        id: place.to_owned(),
        expression: text(place, properties, "ScheduleExpression")?,
        timezone: properties["ScheduleExpressionTimezone"].as_str().unwrap_or("UTC").to_owned(),
        input: properties["Input"].as_str().unwrap_or("{}").to_owned(),
    })
}

fn rule(place: &str, properties: &Value) -> Result<EventRule, TemplateError> {
    let pattern = properties["Pattern"].clone();
    if !pattern.is_object() {
        return Err(TemplateError::at(place, "Pattern manque"));
    }
    // A function that is called asynchronously is tried three times in all, whatever the rule says of its own tries.
    Ok(EventRule { id: place.to_owned(), pattern, retries: 2 })
}

#[cfg(test)]
mod tests {
    use crate::template::fixture::function;

    #[test]
    fn the_three_kinds_of_events_are_read() {
        assert_eq!(function("information").routes, ["GET /api/organisations/{organisation}/information"]);
        let mailer = function("mailer");
        let mapping = &mailer.streams[0];
        assert_eq!((mapping.batch_size, mapping.retries, mapping.bisect), (10, 3, true));
        assert_eq!(mapping.filters[0]["eventName"], serde_json::json!(["INSERT"]));
        assert!(mapping.stream.ends_with("table/preau-local/stream/local"));
        let schedule = &mailer.schedules[0];
        assert_eq!((schedule.expression.as_str(), schedule.timezone.as_str()), ("cron(0 * * * ? *)", "Europe/Paris"));
    }
}
