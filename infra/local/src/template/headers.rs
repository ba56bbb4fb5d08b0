//! The headers CloudFront's response headers policies add to pages and to the API.

use serde_json::Value;

use super::{Template, TemplateError};

/// A header of a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PolicyHeader {
    /// Its name.
    pub(crate) name: String,
    /// Its value.
    pub(crate) value: String,
    /// Whether it replaces the origin's own.
    pub(crate) replaces: bool,
}

impl Template {
    /// The headers of the pages' behaviour (`None`) or of the one for a path pattern.
    pub(crate) fn response_headers(&self, pattern: Option<&str>) -> Result<Vec<PolicyHeader>, TemplateError> {
        let Some((_, distribution)) = self.resources("AWS::CloudFront::Distribution").next() else {
            return Ok(Vec::new());
        };
        let config = &distribution["Properties"]["DistributionConfig"];
        let behaviour = match pattern {
            None => Some(&config["DefaultCacheBehavior"]),
            Some(pattern) => {
                config["CacheBehaviors"].as_array().into_iter().flatten().find(|one| one["PathPattern"] == pattern)
            }
        };
        match behaviour.and_then(|behaviour| behaviour.get("ResponseHeadersPolicyId")) {
            Some(policy) => self.policy(policy),
            None => Ok(Vec::new()),
        }
    }

    fn policy(&self, policy: &Value) -> Result<Vec<PolicyHeader>, TemplateError> {
        let id = policy["Ref"].as_str().or(policy["Fn::GetAtt"].as_str()).unwrap_or_default();
        let id = id.split('.').next().unwrap_or_default();
        let resource = self.resource(id);
        if resource.is_null() {
            return Err(TemplateError::at("ResponseHeadersPolicyId", "seule une politique du modèle est connue ici"));
        }
        let config = self.resolve(&resource["Properties"]["ResponseHeadersPolicyConfig"])?;
        let custom = config["CustomHeadersConfig"]["Items"].as_array().into_iter().flatten();
        let custom = custom.filter_map(|item| header(item["Header"].as_str()?, item["Value"].as_str(), item));
        Ok(security(&config["SecurityHeadersConfig"]).into_iter().chain(custom).collect())
    }
}

/// The security headers but HSTS, which browsers ignore without TLS.
fn security(config: &Value) -> Vec<PolicyHeader> {
    let text = |part: &str, member: &str| config[part][member].as_str();
    let csp = text("ContentSecurityPolicy", "ContentSecurityPolicy");
    let sniffing = config.get("ContentTypeOptions").map(|_| "nosniff");
    let protection = config["XSSProtection"]["Protection"].as_bool();
    let protection = protection.map(|on| match (on, config["XSSProtection"]["ModeBlock"] == true) {
        (false, _) => "0",
        (true, false) => "1",
        (true, true) => "1; mode=block",
    });
    let all = [
        header("content-security-policy", csp, &config["ContentSecurityPolicy"]),
        header("x-content-type-options", sniffing, &config["ContentTypeOptions"]),
        header("x-frame-options", text("FrameOptions", "FrameOption"), &config["FrameOptions"]),
        header("referrer-policy", text("ReferrerPolicy", "ReferrerPolicy"), &config["ReferrerPolicy"]),
        header("x-xss-protection", protection, &config["XSSProtection"]),
    ];
    all.into_iter().flatten().collect()
}

fn header(name: &str, value: Option<&str>, part: &Value) -> Option<PolicyHeader> {
    let value = value?.split_whitespace().collect::<Vec<_>>().join(" ");
    Some(PolicyHeader { name: name.to_ascii_lowercase(), value, replaces: part["Override"] == true })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::template::fixture::template;

    #[test]
    fn each_behaviour_has_the_headers_of_its_policy() {
        let header =
            |name: &str, value: &str, replaces| PolicyHeader { name: name.into(), value: value.into(), replaces };
        let pages = template().response_headers(None).unwrap();
        let expected = [
            header("content-security-policy", "default-src 'none'; script-src 'self'", true),
            header("x-content-type-options", "nosniff", true),
            header("permissions-policy", "camera=()", false),
        ];
        assert_eq!(pages, expected);
        assert_eq!(template().response_headers(Some("/api/*")).unwrap(), []);
    }
}
