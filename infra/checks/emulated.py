"""Makes two stacks beside each other in ministack, an emulator that this starts on 127.0.0.1 and ends.

It makes one resource after the other and takes any name twice, so that its yes says that every resource is one, with
what it refers to. Order and names are held by our own rules.
"""

import json
import os
import socket
import subprocess
import tempfile
import time

from translate import SAMPLE_VALUES, to_builtin, translate

# The second one finds the domain's identity made by the first.
STACKS = {"preau": {}, "preau-try": {"MailDomainIdentity": "known", "PublicDomain": "essai.example.fr"}}
READY, MADE = 60, 180


def findings(text):
    """(check, stack, problem) of each stack that is not made whole; and how many resources were made."""
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        environment = {**os.environ, "BIND_HOST": "127.0.0.1", "GATEWAY_PORT": str(port), "LOG_LEVEL": "ERROR",
                       "MINISTACK_REGION": "eu-west-3", "S3_DATA_DIR": folder, "TMPDIR": folder, "SFTP_ENABLED": "0"}
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        emulator = subprocess.Popen([os.environ["EMULATOR"]], env=environment, **quiet)
        try:
            return made(client_of(port, emulator), without_expressions(translate(text)))
        finally:
            emulator.terminate()
            emulator.wait(timeout=30)


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def client_of(port, emulator):
    """A function that gives the client of a service, once the emulator listens."""
    until = time.monotonic() + READY
    while time.monotonic() < until:
        if emulator.poll() is not None:
            raise SystemExit(f"ministack ended with {emulator.returncode} before it listened")
        with socket.socket() as asked:
            if asked.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.1)
    import boto3  # A second to load, and needed here alone.

    keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": "eu-west-3"}
    return lambda service: boto3.client(service, endpoint_url=f"http://127.0.0.1:{port}", **keys)


def without_expressions(template):
    """The emulator knows no alarm on an expression: each of the metrics it reads becomes an alarm of its own."""
    resources = {}
    for name, resource in template["Resources"].items():
        is_alarm = resource["Type"] == "AWS::CloudWatch::Alarm"
        metrics = resource["Properties"].get("Metrics") if is_alarm else None
        if not metrics:
            resources[name] = resource
        for one in metrics or []:
            if "MetricStat" in one:
                rest = {key: value for key, value in resource["Properties"].items() if key != "Metrics"}
                stat = one["MetricStat"]
                read = {**stat["Metric"], "Period": stat["Period"], "Statistic": stat["Stat"]}
                resources[name + one["Id"].title()] = {**resource, "Properties": {**rest, **read}}
    return {**template, "Resources": resources}


def made(client, template):
    body = json.dumps(to_builtin(template))
    client("s3").create_bucket(Bucket="artifacts", CreateBucketConfiguration={"LocationConstraint": "eu-west-3"})
    client("s3").put_object(Bucket="artifacts", Key="template.json", Body=body)
    # What docs/DEPLOY.md has one make before.
    client("secretsmanager").create_secret(Name="preau/origin", SecretString="0" * 64)
    cloudformation, problems, count = client("cloudformation"), [], 0
    for stack, values in STACKS.items():
        values = {**{name: value for name, value in SAMPLE_VALUES.items() if "::" not in name}, **values}
        cloudformation.create_stack(
            StackName=stack,
            TemplateURL=f"{cloudformation.meta.endpoint_url}/artifacts/template.json",
            Parameters=[{"ParameterKey": name, "ParameterValue": value} for name, value in values.items()],
            Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
        )
        status, resources = ended(cloudformation, stack)
        count += len(resources)
        problems += [("emulated", stack, problem) for problem in faults(template, stack, status, resources)]
        if status != "CREATE_COMPLETE":
            problems += [("emulated", event["LogicalResourceId"], event.get("ResourceStatusReason", "failed"))
                         for event in cloudformation.describe_stack_events(StackName=stack)["StackEvents"]
                         if event["ResourceStatus"] == "CREATE_FAILED"]
    return problems, count


def ended(cloudformation, stack):
    until = time.monotonic() + MADE
    status = "CREATE_IN_PROGRESS"
    while status == "CREATE_IN_PROGRESS" and time.monotonic() < until:
        time.sleep(0.5)
        status = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"]
    pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack)
    return status, {one["LogicalResourceId"]: one["ResourceStatus"]
                    for page in pages for one in page["StackResourceSummaries"]}


def faults(template, stack, status, resources):
    if status != "CREATE_COMPLETE":
        yield f"ended as {status}"
    left_out = {"MailIdentity"} if "MailDomainIdentity" in STACKS[stack] else set()
    for name in sorted(set(template["Resources"]) - left_out - set(resources)):
        yield f"{name} was not made"
    for name in sorted(left_out & set(resources)):
        yield f"{name} was made a second time"
    yield from (f"{name} is {state}" for name, state in resources.items() if state != "CREATE_COMPLETE")
