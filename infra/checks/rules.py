"""Our own rules, held against the translated template. Each yields (logical id, what is wrong).

A rule reads what would be deployed, so what SAM adds is judged too: its queues, roles and schedules.
"""

import re

from alarm_rules import ALARM_RULES
from deployment_rules import DEPLOYMENT_RULES
from edge_rules import EDGE_RULES
from policy_rules import POLICY_RULES
from reading import by_type, environment, is_reference_to, mappings, name_of, schedules

# The longest a log may lie, in days, and the shortest that is of use.
RETENTION = range(30, 366)
PARIS = "Europe/Paris"


def queues_have_dead_letters(template):
    """A message that cannot be handled must end where a person looks. Marked queues are such ends themselves."""
    for queue, resource in by_type(template, "AWS::SQS::Queue"):
        is_the_end = resource.get("Metadata", {}).get("preau", {}).get("dead-letter-queue") is True
        policy = resource.get("Properties", {}).get("RedrivePolicy", {})
        if not is_the_end and not ("deadLetterTargetArn" in policy and int(policy.get("maxReceiveCount", 0)) > 0):
            yield queue, "a queue without RedrivePolicy, and not marked Metadata.preau.dead-letter-queue"


def event_sources_end(template):
    """One bad record must neither block the line for ever nor drag good ones with it."""
    for mapping, properties in mappings(template):
        if "ReportBatchItemFailures" not in properties.get("FunctionResponseTypes", []):
            yield mapping, "no ReportBatchItemFailures: one bad record repeats its whole batch"
        if "StartingPosition" not in properties:
            yield from queue_waits_long_enough(template, mapping, properties)
            continue
        if not 0 <= properties.get("MaximumRetryAttempts", -1) <= 100:
            yield mapping, "MaximumRetryAttempts is not finite"
        if not 0 < properties.get("MaximumRecordAgeInSeconds", -1) <= 86_400:
            yield mapping, "MaximumRecordAgeInSeconds is not finite"
        if not properties.get("BisectBatchOnFunctionError"):
            yield mapping, "no BisectBatchOnFunctionError"
        if not properties.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination"):
            yield mapping, "no OnFailure destination: what was given up is told to nobody"


def queue_waits_long_enough(template, mapping, properties):
    queue = template["Resources"].get(name_of(properties["EventSourceArn"]), {}).get("Properties", {})
    function = template["Resources"][name_of(properties["FunctionName"])]["Properties"]
    if queue.get("VisibilityTimeout", 30) < 6 * function["Timeout"]:
        yield mapping, "its queue's VisibilityTimeout is less than six times the function's Timeout"


def schedules_are_sound(template):
    """In Paris's time, never in the hour that does not exist in March, and a failed call is tried again, then told."""
    for schedule, properties in schedules(template):
        target = properties["Target"]
        if properties.get("ScheduleExpressionTimezone") != PARIS:
            yield schedule, f"ScheduleExpressionTimezone is not {PARIS}"
        if runs_in_the_gap(properties["ScheduleExpression"]):
            yield schedule, "runs between 02:00 and 03:00: that hour is skipped in March, twice there in October"
        retries = target.get("RetryPolicy", {})
        if "MaximumRetryAttempts" not in retries or "MaximumEventAgeInSeconds" not in retries:
            yield schedule, "no RetryPolicy with attempts and age"
        if not target.get("DeadLetterConfig", {}).get("Arn"):
            yield schedule, "no DeadLetterConfig"


def runs_in_the_gap(expression):
    """Whether a cron names 2 o'clock. One that runs every hour misses nothing that the next hour does not do."""
    fields = re.fullmatch(r"cron\((\S+) (\S+) .*\)", expression)
    if not fields or fields[2] in ("*", "*/1", "0/1"):
        return False
    return 2 in hours(fields[2])


def hours(field):
    named = set()
    for part in field.split(","):
        span, _, step = part.partition("/")
        first, _, last = ("0-23" if span == "*" else span).partition("-")
        end = int(last) if last else 23 if step else int(first)
        named.update(range(int(first), end + 1, int(step or 1)))
    return named


def rules_of_the_bus(template):
    """(rule, target) of every rule of the event bus that reacts to events."""
    rules = [(name, resource["Properties"]) for name, resource in by_type(template, "AWS::Events::Rule")]
    return [(name, target) for name, properties in rules for target in properties["Targets"]]


def events_are_delivered_or_told(template):
    """An event that no function takes is tried again, then lies where a person looks."""
    for rule, target in rules_of_the_bus(template):
        retries = target.get("RetryPolicy", {})
        if "MaximumRetryAttempts" not in retries or "MaximumEventAgeInSeconds" not in retries:
            yield rule, "no RetryPolicy with attempts and age"
        if not target.get("DeadLetterConfig", {}).get("Arn"):
            yield rule, "no DeadLetterConfig"


def called_asynchronously(template):
    """The functions that somebody calls without waiting for the answer."""
    targets = [properties["Target"] for _, properties in schedules(template)]
    return {name_of(target["Arn"]) for target in targets + [target for _, target in rules_of_the_bus(template)]}


def asynchronous_functions_have_dead_letters(template):
    for function in called_asynchronously(template):
        if not template["Resources"][function]["Properties"].get("DeadLetterConfig", {}).get("TargetArn"):
            yield function, "called asynchronously, but has no DeadLetterQueue"


def environments_hold_no_secret(template):
    """Who may look at a function may read its environment."""
    for function, variable, value in environment(template):
        words = set(variable.upper().split("_"))
        if words & {"SECRET", "PASSWORD", "PASSPHRASE", "TOKEN", "CREDENTIAL", "CREDENTIALS", "KEY", "PEPPER"}:
            if "SHA256" not in words:
                yield function, f"{variable} looks like a secret"
        if "{{resolve:" in str(value):
            yield function, f"{variable} resolves a secret into the environment"
        if is_reference_to(value, no_echo_parameters(template)):
            yield function, f"{variable} refers to a NoEcho parameter"
        if isinstance(value, str) and re.search(r"[A-Za-z0-9+/_=-]{32,}|-----BEGIN|AKIA[0-9A-Z]{16}", value):
            yield function, f"{variable} holds something as long as a key"


def no_echo_parameters(template):
    return {name for name, parameter in template.get("Parameters", {}).items() if parameter.get("NoEcho")}


def environments_hold_no_clock(template):
    """Nothing deployed can move the business clock, nor look as if it could."""
    for function, variable, _ in environment(template):
        if set(variable.upper().split("_")) & {"CLOCK", "NOW", "TODAY", "SHIFT", "FAKETIME", "TZ", "TIME", "DATE"}:
            yield function, f"{variable} looks like a clock"
        if variable.upper() in ("LD_PRELOAD", "LD_LIBRARY_PATH"):
            yield function, f"{variable} can put another clock under the function"


def tables_are_protected(template):
    for table, resource in by_type(template, "AWS::DynamoDB::Table"):
        properties = resource["Properties"]
        demands = {
            "point-in-time recovery":
                properties.get("PointInTimeRecoverySpecification", {}).get("PointInTimeRecoveryEnabled"),
            "encryption": properties.get("SSESpecification", {}).get("SSEEnabled"),
            "deletion protection": properties.get("DeletionProtectionEnabled"),
            "a stream": properties.get("StreamSpecification", {}).get("StreamViewType"),
            "DeletionPolicy: Retain": resource.get("DeletionPolicy") == "Retain",
            "UpdateReplacePolicy: Retain": resource.get("UpdateReplacePolicy") == "Retain",
        }
        for demand, met in demands.items():
            if not met:
                yield table, f"a table without {demand}"


def logs_end(template):
    """A group that Lambda makes by itself keeps its lines for ever."""
    seen = {}
    for function, resource in by_type(template, "AWS::Lambda::Function"):
        group = name_of(resource["Properties"].get("LoggingConfig", {}).get("LogGroup"))
        if template["Resources"].get(group, {}).get("Type") != "AWS::Logs::LogGroup":
            yield function, "no log group of its own"
        elif group in seen:
            yield function, f"shares {group} with {seen[group]}"
        seen[group] = function
    for group, resource in by_type(template, "AWS::Logs::LogGroup"):
        if resource.get("Properties", {}).get("RetentionInDays") not in RETENTION:
            yield group, f"keeps its lines for other than {RETENTION.start} to {RETENTION.stop - 1} days"


def buckets_are_private(template):
    blocks = ["BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"]
    for bucket, resource in by_type(template, "AWS::S3::Bucket"):
        block = resource.get("Properties", {}).get("PublicAccessBlockConfiguration", {})
        if not all(block.get(name) is True for name in blocks):
            yield bucket, "a bucket without the whole public access block"


def exceptions_have_reasons(template):
    """A check is left out on the spot, and says why."""
    for name, resource in template["Resources"].items():
        for skip in resource.get("Metadata", {}).get("checkov", {}).get("skip", []):
            if len(skip.get("comment", "")) < 20:
                yield name, f"leaves out {skip.get('id')} without a reason"


RULES = [
    queues_have_dead_letters,
    event_sources_end,
    schedules_are_sound,
    events_are_delivered_or_told,
    asynchronous_functions_have_dead_letters,
    environments_hold_no_secret,
    environments_hold_no_clock,
    tables_are_protected,
    logs_end,
    buckets_are_private,
    exceptions_have_reasons,
    *POLICY_RULES,
    *EDGE_RULES,
    *DEPLOYMENT_RULES,
    *ALARM_RULES,
]


def findings(template):
    """(rule, logical id, problem) for every rule that is broken."""
    return [(rule.__name__, *finding) for rule in RULES for finding in rule(template)]
