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


def metric_of(template, alarm_name, identifier):
    metrics = resource(template, alarm_name)["Metrics"]
    return next(one for one in metrics if one["Id"] == identifier)["MetricStat"]["Metric"]


def many_alarms(template, count):
    for number in range(count):
        properties = dict(resource(template, "ApiFailures"))
        template["Resources"][f"Seeded{number}"] = {"Type": "AWS::CloudWatch::Alarm", "Properties": properties}


def split(template, function, action):
    """One statement becomes two, each with a half of the partitions."""
    statements = resource(template, function)["Policies"][0]["Statement"]
    whole = next(one for one in statements if one["Action"] == action)
    keys = whole["Condition"]["ForAllValues:StringLike"]["dynamodb:LeadingKeys"]
    condition = lambda some: {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": some}}
    statements.append({**whole, "Sid": "More", "Condition": condition(keys[1:])})
    whole["Condition"] = condition(keys[:1])


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
    ("a function whose failures nobody counts", "failures_are_told", "PlanningFunction",
     lambda t: t["Resources"].pop("PlanningFailures")),
    ("failures that are counted for nobody", "failures_are_told", "LoginFunction",
     lambda t: resource(t, "Failures").pop("AlarmActions")),
    ("dead letters nobody hears of", "failures_are_told", "DeadLetters",
     lambda t: resource(t, "GivenUp").pop("AlarmActions")),
    ("a table that throttles unheard", "failures_are_told", "Table",
     lambda t: t["Resources"].pop("Throttles")),
    ("an API that throttles unheard", "failures_are_told", "ApiThrottled",
     lambda t: put(metric_of(t, "Throttles", "api"), "MetricName", "Failures")),
    ("an API that refuses everybody unheard", "failures_are_told", "Api",
     lambda t: t["Resources"].pop("ApiRefusals")),
    ("a stream that falls behind unheard", "failures_are_told", "BillingFunction",
     lambda t: put(metric_of(t, "StreamBehind", "work"), "MetricName", "Duration")),
    ("mails that wait unheard", "failures_are_told", "OldestMailSeconds",
     lambda t: t["Resources"].pop("MailsWait")),
    ("an alarm on a figure that DynamoDB never writes", "alarms_can_ring", "Throttles",
     lambda t: put(metric_of(t, "Throttles", "reads"), "MetricName", "ThrottledRequests")),
    ("an alarm on a figure that nobody writes", "alarms_can_ring", "MailsWait",
     lambda t: t["Resources"].pop("OldestMail")),
    ("an alarm for every stack of the account", "alarms_can_ring", "ApiFailures",
     lambda t: resource(t, "ApiFailures").pop("Dimensions")),
    ("figures that stacks share", "alarms_can_ring", "Failures",
     lambda t: put(resource(t, "Failures"), "Namespace", "Preau/preau")),
    ("a schedule more than the heartbeat knows", "the_clock_is_heard", "Schedules",
     lambda t: put(event(t, "Sweep"), "ScheduleExpression", "cron(7/30 * * * ? *)")),
    ("a heartbeat whose silence is no alarm", "the_clock_is_heard", "Schedules",
     lambda t: put(resource(t, "SchedulesStop"), "TreatMissingData", "notBreaching")),
    ("a schedule nobody misses", "the_clock_is_heard", "MailerFunctionSweep",
     lambda t: event(t, "Sweep").pop("GroupName")),
    ("a parent's address in an operator's mail", "mails_name_nobody", "MailNewsDestination",
     lambda t: put(resource(t, "MailNewsDestination")["EventDestination"], "SnsDestination",
                   {"TopicARN": {"Ref": "Alarms"}})),
    ("a key of ours, paid each month", "nearly_nothing_is_paid_while_nobody_clicks", "Alarms",
     lambda t: put(t["Resources"], "Key", {"Type": "AWS::KMS::Key", "Properties": {"KeyPolicy": {}}})),
    ("an alarm for each function", "nearly_nothing_is_paid_while_nobody_clicks", "Alarms",
     lambda t: many_alarms(t, 14)),
    ("mail events that do not wait for their topic", "mail_events_find_their_topic_open", "MailNewsDestination",
     lambda t: t["Resources"]["MailNewsDestination"].pop("DependsOn")),
    ("a bucket that outlives a failed create", "an_undone_create_leaves_nothing", "Files",
     lambda t: put(t["Resources"]["Files"], "DeletionPolicy", "Retain")),
    ("a protected table that holds the undoing up", "an_undone_create_leaves_nothing", "Table",
     lambda t: put(t["Resources"]["Table"], "DeletionPolicy", "RetainExceptOnCreate")),
    ("schedules named as in every other stack", "stacks_fit_beside_each_other", "MailerFunctionSweep",
     lambda t: event(t, "Sweep").pop("GroupName")),
    ("an event destination named as in every other stack", "stacks_fit_beside_each_other", "MailNewsDestination",
     lambda t: put(resource(t, "MailNewsDestination")["EventDestination"], "Name", "news")),
    ("an identity that every stack makes", "stacks_fit_beside_each_other", "MailIdentity",
     lambda t: t["Resources"]["MailIdentity"].pop("Condition")),
    ("writes of one transaction in two statements", "an_action_has_one_statement", "PlanningFunctionRole",
     lambda t: split(t, "PlanningFunction", "dynamodb:PutItem")),
    ("an API that is said to be compressed", "compression_is_said_where_it_is_done", "Distribution",
     lambda t: put(api_behavior(t), "Compress", True)),
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
    ("a topic in clear", "CKV_AWS_26", "Seeded",
     lambda t: put(t["Resources"], "Seeded", {"Type": "AWS::SNS::Topic", "Properties": {}})),
    ("pages without TLS", "CKV_AWS_34", "Distribution",
     lambda t: put(distribution(t)["DefaultCacheBehavior"], "ViewerProtocolPolicy", "allow-all")),
]

EMULATED = [
    ("an identity that the second stack makes too", "emulated", "preau-try",
     lambda t: t["Resources"]["MailIdentity"].pop("Condition")),
]
