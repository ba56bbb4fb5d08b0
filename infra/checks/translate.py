"""Turns template.yaml into the plain CloudFormation that AWS would make of it, without asking AWS."""

import logging
import os

import yaml
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse

# It says of each translation that nobody was sent its metrics.
logging.getLogger("samtranslator").setLevel(logging.ERROR)
# The translator asks boto3 for a region; it calls nothing.
os.environ.setdefault("AWS_DEFAULT_REGION", "eu-west-3")

# The managed policies that SAM itself puts on roles. A function that needs another one is a fault to find.
MANAGED_POLICIES = {
    name: f"arn:aws:iam::aws:policy/{path}{name}"
    for name, path in {
        "AWSLambdaBasicExecutionRole": "service-role/",
        "AWSLambdaDynamoDBExecutionRole": "service-role/",
        "AWSXrayWriteOnlyAccess": "",
    }.items()
}

SAMPLE_VALUES = {
    "AWS::Region": "eu-west-3",
    "AWS::AccountId": "123456789012",
    "AWS::Partition": "aws",
    "PublicDomain": "portail.example.fr",
    "CertificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/00000000-0000-0000-0000-000000000000",
    "MailDomain": "example.fr",
    "AlarmMel": "alarmes@example.fr",
    "OriginSecretSha256": "0" * 64,
}


def parse(text):
    """The template as written, short tags spelled out."""
    return yaml_parse(text)


def translate(text):
    """The template as deployed."""
    return translated(parse(text))


def translated(template):
    """A parsed template as deployed; what is handed over is changed."""
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            # `aws cloudformation package` puts the zip there.
            resource["Properties"]["CodeUri"] = "s3://zips/function.zip"
    return Translator(MANAGED_POLICIES, Parser()).translate(template, dict(SAMPLE_VALUES))


def to_yaml(template):
    """Plain YAML without anchors, which checkov reads with its lines."""
    dumper = type("Plain", (yaml.SafeDumper,), {"ignore_aliases": lambda *_: True})
    return yaml.dump(to_builtin(template), Dumper=dumper, sort_keys=False, width=120)


def to_builtin(value):
    if isinstance(value, dict):
        return {str(key): to_builtin(item) for key, item in value.items()}
    if isinstance(value, list):
        return [to_builtin(item) for item in value]
    return str(value) if isinstance(value, str) else value
