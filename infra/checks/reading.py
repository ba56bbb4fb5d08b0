"""What the rules ask of a translated template."""


def by_type(template, kind):
    return [(name, resource) for name, resource in template["Resources"].items() if resource["Type"] == kind]


def mappings(template):
    return [(name, resource["Properties"]) for name, resource in by_type(template, "AWS::Lambda::EventSourceMapping")]


def schedules(template):
    return [(name, resource["Properties"]) for name, resource in by_type(template, "AWS::Scheduler::Schedule")]


def environment(template):
    """(function, name, value) of every setting."""
    return [
        (function, name, value)
        for function, resource in by_type(template, "AWS::Lambda::Function")
        for name, value in resource["Properties"].get("Environment", {}).get("Variables", {}).items()
    ]


def name_of(value):
    """The logical id that a Ref, GetAtt or the like points to; None for anything else."""
    if isinstance(value, dict) and "Ref" in value:
        return value["Ref"]
    if isinstance(value, dict) and "Fn::GetAtt" in value:
        target = value["Fn::GetAtt"]
        return target[0] if isinstance(target, list) else target.split(".")[0]
    return None


def is_reference_to(value, names):
    """Whether a Ref or a Sub anywhere in the value names one of these."""
    text = str(value)
    return any(f"'Ref': '{name}'" in text or f"${{{name}}}" in text for name in names)


def text_of(value):
    """A text, or the pattern of a Sub."""
    return value.get("Fn::Sub", "") if isinstance(value, dict) else value


def alarms(template):
    """(alarm, properties) of every alarm that tells somebody."""
    told = [(name, resource["Properties"]) for name, resource in by_type(template, "AWS::CloudWatch::Alarm")]
    return [(name, one) for name, one in told if one.get("AlarmActions") and one.get("ActionsEnabled", True)]


def metrics_of(alarm):
    """What an alarm reads: one metric, or those of its expression."""
    if "Metrics" not in alarm:
        return [alarm]
    return [one["MetricStat"]["Metric"] for one in alarm["Metrics"] if "MetricStat" in one]


def watched(template):
    """(what is watched, metric) of every alarm that tells somebody."""
    metrics = [metric for _, alarm in alarms(template) for metric in metrics_of(alarm)]
    return {(name_of(dimension["Value"]), metric["MetricName"])
            for metric in metrics for dimension in metric.get("Dimensions", [])}


def counted_lines(template):
    """(log group, namespace, metric) of every kind of line that is counted."""
    return [
        (name_of(resource["Properties"]["LogGroupName"]), str(one["MetricNamespace"]), one["MetricName"])
        for _, resource in by_type(template, "AWS::Logs::MetricFilter")
        for one in resource["Properties"]["MetricTransformations"]
    ]


def as_list(value):
    return value if isinstance(value, list) else [value]
