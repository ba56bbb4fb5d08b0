//! One request as an operation sees it: its path, query, body, cookie, caller and moment.

use std::net::{IpAddr, Ipv6Addr};

use lambda_http::http::HeaderMap;
use lambda_http::http::header::{CONTENT_TYPE, COOKIE, USER_AGENT};
use lambda_http::{Request, RequestExt};
use serde::de::DeserializeOwned;

use super::json;
use super::problem::ApiError;
use domain::id::FamilyPath;
use domain::moment::Moment;
use domain::text::entered;

/// The largest body a function reads, in bytes.
pub(super) const BODY_LIMIT: usize = 64 * 1024;

/// A request that passed the edge.
#[derive(Debug)]
pub struct Call {
    request: Request,
    /// When it came, on both clocks.
    pub moment: Moment,
}

impl Call {
    pub(super) fn new(request: Request, moment: Moment) -> Self {
        Self { request, moment }
    }

    pub(super) fn headers(&self) -> &HeaderMap {
        self.request.headers()
    }

    /// A parameter of the path as the domain's type; what cannot be one is not found.
    pub fn path<T: std::str::FromStr>(&self, name: &str) -> Result<T, ApiError> {
        let parameters = self.request.path_parameters();
        parameters.first(name).and_then(|text| text.parse().ok()).ok_or_else(ApiError::not_found)
    }

    /// The family of the path.
    pub fn family_path(&self) -> Result<FamilyPath, ApiError> {
        Ok(FamilyPath { organisation: self.path("organisation")?, family: self.path("family")? })
    }

    /// A parameter of the query, its letters composed.
    pub fn query(&self, name: &str) -> Option<String> {
        self.request.query_string_parameters().first(name).map(entered)
    }

    /// The JSON body; an unknown field, a name twice, another type or control characters are refused.
    pub fn body<T: DeserializeOwned>(&self) -> Result<T, ApiError> {
        let kind = self.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if !kind.starts_with("application/json") {
            return Err(ApiError::malformed("La demande doit être envoyée en JSON."));
        }
        let value = json::read(self.request.body()).map_err(|unread| ApiError::malformed(unread.sentence()))?;
        T::deserialize(value).map_err(|error| {
            let mut problem = ApiError::malformed("La demande n’a pas la forme attendue.");
            problem.cause = Some(error.to_string().chars().take(80).collect());
            problem
        })
    }

    /// The body as it came, for who signs it or writes it as a form.
    pub fn raw(&self) -> &[u8] {
        self.request.body()
    }

    /// A header, when it is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers().get(name).and_then(|value| value.to_str().ok())
    }

    /// The value of a cookie.
    pub fn cookie(&self, name: &str) -> Option<String> {
        let cookies = self.headers().get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
        cookies
            .flat_map(|line| line.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value.to_owned())
    }

    /// The address of the person's machine as it is counted, as the edge saw it; of IPv6 the network, which has all of
    /// a /64.
    pub fn network(&self) -> String {
        let viewer = self.headers().get("cloudfront-viewer-address").and_then(|value| value.to_str().ok());
        let viewer = viewer.and_then(|text| text.rsplit_once(':')).map(|(address, _)| address);
        viewer.map_or_else(|| "unknown".to_owned(), network)
    }

    /// What the browser says it is; empty when it says nothing.
    pub fn user_agent(&self) -> &str {
        self.headers().get(USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    pub(super) fn body_length(&self) -> usize {
        self.request.body().len()
    }
}

/// What an address is counted as.
fn network(address: &str) -> String {
    match address.trim_matches(['[', ']']).parse::<IpAddr>().map(|address| address.to_canonical()) {
        Ok(IpAddr::V6(address)) => {
            let first = address.segments();
            Ipv6Addr::new(first[0], first[1], first[2], first[3], 0, 0, 0, 0).to_string() + "/64"
        }
        Ok(IpAddr::V4(address)) => address.to_string(),
        Err(_) => address.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ipv6_is_counted_by_its_network_and_ipv4_by_itself() {
        let one = "2001:db8:0:7::1";
        for same in ["2001:db8:0:7:ffff:1:2:3", "[2001:db8:0:7::2]", "2001:0db8:0000:0007:0000:0000:0000:0001"] {
            assert_eq!(network(one), network(same), "{same}");
        }
        assert_eq!(network(one), "2001:db8:0:7::/64");
        assert_ne!(network(one), network("2001:db8:0:8::1"));
        assert_ne!(network("198.51.100.1"), network("198.51.100.2"));
        assert_eq!(network("::ffff:198.51.100.1"), network("198.51.100.1"), "the same machine");
    }
}
