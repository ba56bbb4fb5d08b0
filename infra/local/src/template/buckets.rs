//! The buckets of the template: who is told of new objects, and which pages may reach them.

use serde_json::Value;

use super::{REGION, Template, TemplateError};
use crate::storage::CorsRule;

/// Where a bucket is reached, deployed.
pub(crate) fn domain(bucket: &str) -> String {
    format!("{bucket}.s3.{REGION}.amazonaws.com")
}

impl Template {
    /// The names of all buckets.
    pub(crate) fn buckets(&self) -> Result<Vec<String>, TemplateError> {
        self.resources("AWS::S3::Bucket").map(|(id, _)| self.physical_name(id)).collect()
    }

    /// The buckets whose new objects are told to the event bus.
    pub(crate) fn told_buckets(&self) -> Result<Vec<String>, TemplateError> {
        let told = |bucket: &Value| {
            bucket["Properties"]["NotificationConfiguration"]["EventBridgeConfiguration"]["EventBridgeEnabled"] == true
        };
        let buckets = self.resources("AWS::S3::Bucket").filter(|(_, bucket)| told(bucket));
        buckets.map(|(id, _)| self.physical_name(id)).collect()
    }

    /// The rule by which pages reach a bucket; one bucket has one at most.
    pub(crate) fn cors(&self) -> Result<Option<CorsRule>, TemplateError> {
        let mut found = None;
        for (id, bucket) in self.resources("AWS::S3::Bucket") {
            let rules = self.resolve(&bucket["Properties"]["CorsConfiguration"]["CorsRules"])?;
            for rule in rules.as_array().into_iter().flatten() {
                if found.is_some() {
                    return Err(TemplateError::at(id, "le programme local ne connaît qu’une règle CORS"));
                }
                found = Some(read(self.physical_name(id)?, rule));
            }
        }
        Ok(found)
    }
}

fn read(bucket: String, rule: &Value) -> CorsRule {
    let texts = |name: &str| {
        let items = rule[name].as_array().into_iter().flatten();
        items.filter_map(|item| item.as_str().map(str::to_owned)).collect()
    };
    CorsRule {
        bucket,
        origins: texts("AllowedOrigins"),
        methods: texts("AllowedMethods"),
        headers: texts("AllowedHeaders"),
        seconds: rule["MaxAge"].as_u64().unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use crate::template::fixture::template;

    #[test]
    fn a_bucket_says_who_is_told_and_which_pages_reach_it() {
        assert_eq!(template().buckets().unwrap(), ["attic", "letters"]);
        assert_eq!(template().told_buckets().unwrap(), ["letters"]);
        let rule = template().cors().unwrap().unwrap();
        assert_eq!((rule.bucket.as_str(), rule.seconds), ("letters", 600));
        assert_eq!(rule.origins, ["https://exemple.fr"]);
        assert_eq!(rule.methods, ["PUT"]);
    }
}
