"""Rules about alarms: each can ring, each means this stack, and whatever fails, waits or stops has one."""

import re

from reading import alarms, by_type, counted_lines, mappings, metrics_of, name_of, schedules, watched

# DynamoDB counts these by table and operation: by the table alone there is never a figure.
NEED_AN_OPERATION = {"ThrottledRequests", "SystemErrors", "SuccessfulRequestLatency", "ReturnedItemCount"}
# What SES holds against the account, it holds against all who send from it.
OF_THE_ACCOUNT = {"Reputation.BounceRate", "Reputation.ComplaintRate"}


def alarms_can_ring(template):
    """An alarm on a figure that nobody writes is green for ever."""
    counted = {(namespace, metric) for _, namespace, metric in counted_lines(template)}
    for name, alarm in alarms(template):
        for metric in metrics_of(alarm):
            dimensions = {dimension["Name"] for dimension in metric.get("Dimensions", [])}
            own = not str(metric["Namespace"]).startswith("AWS/")
            if own and (str(metric["Namespace"]), metric["MetricName"]) not in counted:
                yield name, f"no metric filter writes {metric['MetricName']}"
            if metric["MetricName"] in NEED_AN_OPERATION and "Operation" not in dimensions:
                yield name, f"{metric['MetricName']} is counted by operation only: this alarm never rings"
            if not own and not dimensions and metric["MetricName"] not in OF_THE_ACCOUNT:
                yield name, f"{metric['MetricName']} without dimensions counts every stack of the account"
            if own and "AWS::StackName" not in str(metric["Namespace"]):
                yield name, f"{metric['Namespace']} is shared with every stack of the account"


def failures_are_told(template):
    """Whatever runs has an alarm for its failing; whatever waits has one for its waiting."""
    known = watched(template)
    read = {(str(metric["Namespace"]), metric["MetricName"]) for _, alarm in alarms(template)
            for metric in metrics_of(alarm)}
    told = {group for group, namespace, metric in counted_lines(template)
            if metric == "Failures" and (namespace, metric) in read}
    for function, resource in by_type(template, "AWS::Lambda::Function"):
        group = name_of(resource["Properties"].get("LoggingConfig", {}).get("LogGroup"))
        if group and group not in told:
            yield function, f"nobody is told what {group} says of failures"
    wanted = [(name_of(properties["FunctionName"]), "IteratorAge") for _, properties in mappings(template)
              if "StartingPosition" in properties]
    wanted += [(queue, "ApproximateNumberOfMessagesVisible") for queue in dead_letter_queues(template)]
    wanted += [(api, metric) for api, _ in by_type(template, "AWS::ApiGatewayV2::Api") for metric in ("4xx", "5xx")]
    wanted += [(table, metric) for table, _ in by_type(template, "AWS::DynamoDB::Table")
               for metric in ("ReadThrottleEvents", "WriteThrottleEvents")]
    for one, metric in wanted:
        if (one, metric) not in known:
            yield one, f"no alarm on {metric}"
    for metric in ("ApiThrottled", "OldestMailSeconds"):
        if metric not in {name for _, name in read}:
            yield metric, "no alarm on it"


def dead_letter_queues(template):
    """Every queue in which something ends: named by a function, a mapping, a schedule or another queue."""
    ends = [resource["Properties"].get("DeadLetterConfig", {}).get("TargetArn")
            for _, resource in by_type(template, "AWS::Lambda::Function")]
    ends += [properties.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination")
             for _, properties in mappings(template)]
    ends += [properties["Target"].get("DeadLetterConfig", {}).get("Arn") for _, properties in schedules(template)]
    ends += [resource.get("Properties", {}).get("RedrivePolicy", {}).get("deadLetterTargetArn")
             for _, resource in by_type(template, "AWS::SQS::Queue")]
    return sorted({name_of(end) for end in ends if end})


def the_clock_is_heard(template):
    """The calls of a group of schedules are counted against what its schedules ask for; silence is an alarm too."""
    groups = {name for name, _ in by_type(template, "AWS::Scheduler::ScheduleGroup")}
    asked = {}
    for schedule, properties in schedules(template):
        group = name_of(properties.get("GroupName"))
        if group not in groups:
            yield schedule, "in no group of this stack: nobody misses it when it stops"
        if properties.get("State", "ENABLED") != "ENABLED":
            yield schedule, "is switched off"
        asked[group] = asked.get(group, 0) + calls_an_hour(properties["ScheduleExpression"])
    for group in sorted(groups):
        heard = [one for _, one in alarms(template) if one.get("MetricName") == "InvocationAttemptCount"
                 and any(name_of(dimension["Value"]) == group for dimension in one["Dimensions"])]
        if not any(is_a_heartbeat(one, asked.get(group, 0)) for one in heard):
            yield group, f"no alarm that rings below {asked.get(group, 0)} calls an hour, and when there are none"


def is_a_heartbeat(alarm, calls):
    return (alarm["Threshold"] == calls and alarm["ComparisonOperator"] == "LessThanThreshold"
            and alarm["Period"] == 3600 and alarm["EvaluationPeriods"] >= 2 and alarm["Statistic"] == "Sum"
            and alarm["TreatMissingData"] == "breaching")


def calls_an_hour(expression):
    """How often a cron of every hour runs in it; one of a certain hour is not counted on."""
    minutes, hours = re.fullmatch(r"cron\((\S+) (\S+) .*\)", expression).groups()
    if hours != "*":
        return 0
    first, _, step = minutes.partition("/")
    return len(range(int(first), 60, int(step))) if step else len(minutes.split(","))


def mails_name_nobody(template):
    """What SES tells of a mail names who was written to: it goes to functions, never to somebody's mailbox."""
    topics = dict(by_type(template, "AWS::SNS::Topic"))
    subscriptions = [(name_of(resource["Properties"]["TopicArn"]), resource["Properties"]["Protocol"])
                     for _, resource in by_type(template, "AWS::SNS::Subscription")]
    subscriptions += [(topic, one["Protocol"]) for topic, resource in topics.items()
                      for one in resource.get("Properties", {}).get("Subscription", [])]
    read_by_people = {topic for topic, protocol in subscriptions if protocol not in ("lambda", "sqs")}
    for name, resource in by_type(template, "AWS::SES::ConfigurationSetEventDestination"):
        topic = name_of(resource["Properties"]["EventDestination"].get("SnsDestination", {}).get("TopicARN"))
        if topic in read_by_people:
            yield name, f"sends families' addresses to who reads {topic}"


# What is paid each month though nobody clicks, in dollars: docs/DEPLOY.md says where the prices are from.
AN_ALARM, A_METRIC, A_KEY, A_SECRET = 0.10, 0.30, 1.00, 0.40
FREE_ALARMS, FREE_METRICS = 10, 10
MOST = 1.00


def nearly_nothing_is_paid_while_nobody_clicks(template):
    read = sum(len(metrics_of(alarm)) for _, alarm in alarms(template))
    metrics = len({(namespace, metric) for _, namespace, metric in counted_lines(template)})
    price = AN_ALARM * max(0, read - FREE_ALARMS) + A_METRIC * max(0, metrics - FREE_METRICS)
    price += A_KEY * len(by_type(template, "AWS::KMS::Key"))
    price += A_SECRET * ("{{resolve:secretsmanager:" in str(template))
    if price > MOST:
        yield "Alarms", f"{read} metrics of alarms, {metrics} of our own, keys and secret cost {price:.2f} $ a month"


ALARM_RULES = [
    alarms_can_ring,
    failures_are_told,
    the_clock_is_heard,
    mails_name_nobody,
    nearly_nothing_is_paid_while_nobody_clicks,
]
