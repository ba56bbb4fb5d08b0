"""Rules about CloudFront, the one way in."""

from reading import by_type, name_of, text_of

# AWS's own cache policy "CachingDisabled".
CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
OLD_TLS = {"SSLv3", "TLSv1", "TLSv1_2016", "TLSv1.1_2016", "TLSv1.2_2018", "TLSv1.2_2019", None}
# What the functions decide by: where a request comes from, and whose it is.
NEEDED_HEADERS = {"Origin", "Sec-Fetch-Site", "CloudFront-Viewer-Address"}


def distributions(template):
    resources = by_type(template, "AWS::CloudFront::Distribution")
    return [(name, resource["Properties"]["DistributionConfig"]) for name, resource in resources]


def api_answers_are_its_own(template):
    """A custom error response holds for the whole distribution and rewrites the API's 404."""
    for name, config in distributions(template):
        if config.get("CustomErrorResponses"):
            yield name, "CustomErrorResponses rewrite the API's own answers"


def api_is_never_cached(template):
    for name, config in distributions(template):
        pages = {origin["Id"] for origin in config["Origins"] if "S3OriginConfig" in origin}
        behaviors = [("default", config["DefaultCacheBehavior"])]
        behaviors += [(behavior["PathPattern"], behavior) for behavior in config.get("CacheBehaviors", [])]
        for path, behavior in behaviors:
            if behavior["TargetOriginId"] not in pages and behavior.get("CachePolicyId") != CACHING_DISABLED:
                yield name, f"{path} may be cached: one family's answer for another"
        if not any(path == "/api/*" and behavior["TargetOriginId"] not in pages for path, behavior in behaviors):
            yield name, "/api/* does not go to the API"


def compression_is_said_where_it_is_done(template):
    """CloudFront compresses only what its cache policy lets it: what is never cached goes as it came."""
    for name, config in distributions(template):
        for behavior in [config["DefaultCacheBehavior"], *config.get("CacheBehaviors", [])]:
            if behavior.get("Compress") and behavior.get("CachePolicyId") == CACHING_DISABLED:
                yield name, f"{behavior.get('PathPattern', 'default')} is said to be compressed, and is not"


def api_is_told_who_asks(template):
    for name, resource in by_type(template, "AWS::CloudFront::OriginRequestPolicy"):
        config = resource["Properties"]["OriginRequestPolicyConfig"]
        headers = set(config["HeadersConfig"].get("Headers", []))
        for missing in sorted(NEEDED_HEADERS - headers):
            yield name, f"{missing} does not reach the functions"
        if "Host" in headers or config["HeadersConfig"]["HeaderBehavior"].startswith("all"):
            yield name, "Host is forwarded: the API would be asked under a name it does not have"
        if "__Host-session" not in config["CookiesConfig"].get("Cookies", []):
            yield name, "the session's cookie does not reach the functions"


def api_knows_its_edge(template):
    for name, config in distributions(template):
        for origin in config["Origins"]:
            headers = {header["HeaderName"]: header["HeaderValue"] for header in origin.get("OriginCustomHeaders", [])}
            if "S3OriginConfig" in origin:
                continue
            if "{{resolve:secretsmanager:" not in str(headers.get("X-Origin-Secret")):
                yield name, f"{origin['Id']} is not sent the origin's secret out of Secrets Manager"
            if origin.get("CustomOriginConfig", {}).get("OriginProtocolPolicy") != "https-only":
                yield name, f"{origin['Id']} is asked without TLS"


def edge_speaks_new_tls(template):
    for name, config in distributions(template):
        if config.get("ViewerCertificate", {}).get("MinimumProtocolVersion") in OLD_TLS:
            yield name, "MinimumProtocolVersion is below TLSv1.2_2021"


def pages_run_their_own_scripts_only(template):
    headers = dict(by_type(template, "AWS::CloudFront::ResponseHeadersPolicy"))
    for name, resource in headers.items():
        security = resource["Properties"]["ResponseHeadersPolicyConfig"].get("SecurityHeadersConfig", {})
        policy = text_of(security.get("ContentSecurityPolicy", {}).get("ContentSecurityPolicy", ""))
        for word in ("unsafe-inline", "unsafe-eval", "unsafe-hashes"):
            if word in policy:
                yield name, f"the CSP has {word}"
        for demand in ("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"):
            if demand not in policy:
                yield name, f"the CSP lacks {demand}"
    for name, config in distributions(template):
        for behavior in [config["DefaultCacheBehavior"], *config.get("CacheBehaviors", [])]:
            if name_of(behavior.get("ResponseHeadersPolicyId")) not in headers:
                yield name, f"{behavior.get('PathPattern', 'default')} is served without the security headers"


EDGE_RULES = [
    api_answers_are_its_own,
    api_is_never_cached,
    compression_is_said_where_it_is_done,
    api_is_told_who_asks,
    api_knows_its_edge,
    edge_speaks_new_tls,
    pages_run_their_own_scripts_only,
]
