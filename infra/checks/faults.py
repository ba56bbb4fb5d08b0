"""Faults to seed into copies of the template, each with the check that must find it, and where."""

from reading import text_of


def resource(template, name):
    return template["Resources"][name]["Properties"]


def distribution(template):
    return resource(template, "Distribution")["DistributionConfig"]


def event(template, name):
    return resource(template, "MailerFunction")["Events"][name]["Properties"]


def variables(template, function):
    return resource(template, function)["Environment"]["Variables"]


def statement(template, function):
    """The first permission on the table."""
    statements = resource(template, function)["Policies"][0]["Statement"]
    return next(one for one in statements if "dynamodb" in str(one["Action"]))


def content_policy(template):
    config = resource(template, "SecurityHeaders")["ResponseHeadersPolicyConfig"]
    return config["SecurityHeadersConfig"]["ContentSecurityPolicy"]


def api_behavior(template):
    return next(one for one in distribution(template)["CacheBehaviors"] if one["PathPattern"] == "/api/*")


def api_origin(template):
    return next(one for one in distribution(template)["Origins"] if "OriginCustomHeaders" in one)


def put(place, key, value):
    """Replaces or adds; refuses what would change nothing."""
    assert place.get(key) != value, f"{key} is {value} already"
    place[key] = value


def alarm_on(template, metric, watched):
    found = [name for name, one in template["Resources"].items() if one["Type"] == "AWS::CloudWatch::Alarm"
             and one["Properties"]["MetricName"] == metric and watched in str(one["Properties"]["Dimensions"])]
    return found[0]


# (what is done, the rule that must find it, where, how it is done)
OWN = [
    ("a queue without a dead-letter queue", "queues_have_dead_letters", "Seeded",
     lambda t: put(t["Resources"], "Seeded", {"Type": "AWS::SQS::Queue", "Properties": {}})),
    ("no ReportBatchItemFailures", "event_sources_end", "MailerFunctionNewMails",
     lambda t: event(t, "NewMails").pop("FunctionResponseTypes")),
    ("endless retries", "event_sources_end", "MailerFunctionNewMails",
     lambda t: put(event(t, "NewMails"), "MaximumRetryAttempts", -1)),
    ("no OnFailure", "event_sources_end", "MailerFunctionNewMails",
     lambda t: event(t, "NewMails").pop("DestinationConfig")),
    ("a schedule at half past two", "schedules_are_sound", "MailerFunctionSweep",
     lambda t: put(event(t, "Sweep"), "ScheduleExpression", "cron(30 2 * * ? *)")),
    ("a schedule in UTC", "schedules_are_sound", "MailerFunctionSweep",
     lambda t: event(t, "Sweep").pop("ScheduleExpressionTimezone")),
    ("a schedule without retries", "schedules_are_sound", "MailerFunctionSweep",
     lambda t: event(t, "Sweep").pop("RetryPolicy")),
    ("a schedule without dead letters", "schedules_are_sound", "MailerFunctionSweep",
     lambda t: event(t, "Sweep").pop("DeadLetterConfig")),
    ("the sweep's dead letters in a queue of SAM's", "failures_are_told", "MailerFunctionSweepQueue",
     lambda t: put(event(t, "Sweep"), "DeadLetterConfig", {"Type": "SQS"})),
    ("an asynchronous function without dead letters", "asynchronous_functions_have_dead_letters", "MailerFunction",
     lambda t: resource(t, "MailerFunction").pop("DeadLetterQueue")),
    ("an event without dead letters", "events_are_delivered_or_told", "CheckerFunctionFileCame",
     lambda t: resource(t, "CheckerFunction")["Events"]["FileCame"]["Properties"].pop("DeadLetterConfig")),
    ("a password in an environment", "environments_hold_no_secret", "LoginFunction",
     lambda t: put(variables(t, "LoginFunction"), "ADMIN_PASSWORD", "soleil")),
    ("a secret resolved into an environment", "environments_hold_no_secret", "LoginFunction",
     lambda t: put(variables(t, "LoginFunction"), "ORIGIN", "{{resolve:secretsmanager:preau/origin:SecretString}}")),
    ("a clock in an environment", "environments_hold_no_clock", "PlanningFunction",
     lambda t: put(variables(t, "PlanningFunction"), "PREAU_BUSINESS_CLOCK_SHIFT", "86400")),
    ("no point-in-time recovery", "tables_are_protected", "Table",
     lambda t: resource(t, "Table").pop("PointInTimeRecoverySpecification")),
    ("no deletion protection", "tables_are_protected", "Table",
     lambda t: put(resource(t, "Table"), "DeletionProtectionEnabled", False)),
    ("a function that logs to Lambda's own group", "logs_end", "DossierFunction",
     lambda t: resource(t, "DossierFunction").pop("LoggingConfig")),
    ("a log kept for ever", "logs_end", "LoginLogs",
     lambda t: resource(t, "LoginLogs").pop("RetentionInDays")),
    ("a bucket that may be public", "buckets_are_private", "Site",
     lambda t: put(resource(t, "Site")["PublicAccessBlockConfiguration"], "BlockPublicPolicy", False)),
    ("a function without an errors alarm", "failures_are_told", "PlanningFunction",
     lambda t: t["Resources"].pop(alarm_on(t, "Errors", "PlanningFunction"))),
    ("dead letters nobody hears of", "failures_are_told", "DeadLetters",
     lambda t: resource(t, alarm_on(t, "ApproximateNumberOfMessagesVisible", "DeadLetters")).pop("AlarmActions")),
    ("every action on the table", "policies_name_actions", "PlanningFunctionRole",
     lambda t: put(statement(t, "PlanningFunction"), "Action", "dynamodb:*")),
    ("every table", "policies_name_resources", "PlanningFunctionRole",
     lambda t: put(statement(t, "PlanningFunction"), "Resource", "*")),
    ("every partition", "policies_name_partitions", "PlanningFunctionRole",
     lambda t: statement(t, "PlanningFunction").pop("Condition")),
    ("a managed policy", "roles_have_no_other_policies", "LoginFunctionRole",
     lambda t: resource(t, "LoginFunction")["Policies"].append("AWSXrayWriteOnlyAccess")),
    ("two functions under one role", "roles_are_not_shared", "PlanningFunction",
     lambda t: put(resource(t, "PlanningFunction"), "Role", {"Fn::GetAtt": ["LoginFunctionRole", "Arn"]})),
    ("a check left out without a reason", "exceptions_have_reasons", "Site",
     lambda t: t["Resources"]["Site"]["Metadata"]["checkov"]["skip"][0].pop("comment")),
    ("custom error responses", "api_answers_are_its_own", "Distribution",
     lambda t: put(distribution(t), "CustomErrorResponses", [{"ErrorCode": 404, "ResponsePagePath": "/404.html",
                                                             "ResponseCode": 200}])),
    ("an API that is cached", "api_is_never_cached", "Distribution",
     lambda t: put(api_behavior(t), "CachePolicyId", distribution(t)["DefaultCacheBehavior"]["CachePolicyId"])),
    ("an API that is not told the origin", "api_is_told_who_asks", "ApiRequests",
     lambda t: resource(t, "ApiRequests")["OriginRequestPolicyConfig"]["HeadersConfig"]["Headers"].remove("Origin")),
    ("the origin's secret in the template", "api_knows_its_edge", "Distribution",
     lambda t: put(api_origin(t)["OriginCustomHeaders"][0], "HeaderValue", "0123456789abcdef")),
    ("TLS 1.1", "edge_speaks_new_tls", "Distribution",
     lambda t: put(distribution(t)["ViewerCertificate"], "MinimumProtocolVersion", "TLSv1.1_2016")),
    ("inline scripts", "pages_run_their_own_scripts_only", "SecurityHeaders",
     lambda t: put(content_policy(t), "ContentSecurityPolicy",
                   text_of(content_policy(t)["ContentSecurityPolicy"]).replace("script-src", "script-src 'unsafe-inline'"))),
]

CFN_LINT = [
    ("an attribute that does not exist", "E6101", "DistributionDomain",
     lambda t: put(t["Outputs"]["DistributionDomain"], "Value", {"Fn::GetAtt": ["Distribution", "Domain"]})),
    ("a queue that goes with its stack", "I3011", "DeadLetters",
     lambda t: t["Resources"]["DeadLetters"].pop("DeletionPolicy")),
    ("a property that does not exist", "E3002", "Table",
     lambda t: put(resource(t, "Table"), "PointInTimeRecovery", True)),
]

CHECKOV = [
    ("everything allowed", "CKV_AWS_63", "LoginFunctionRole",
     lambda t: statement(t, "LoginFunction").update(Action="*", Resource="*")),
    ("a bucket without versions", "CKV_AWS_21", "Site", lambda t: resource(t, "Site").pop("VersioningConfiguration")),
    ("a topic in clear", "CKV_AWS_26", "Alarms", lambda t: resource(t, "Alarms").pop("KmsMasterKeyId")),
    ("pages without TLS", "CKV_AWS_34", "Distribution",
     lambda t: put(distribution(t)["DefaultCacheBehavior"], "ViewerProtocolPolicy", "allow-all")),
]
