"""cfn-lint on the template as written, checkov on the template as deployed. Each gives (check, logical id, problem)."""

import json
import os
import subprocess
import tempfile
from pathlib import Path

import rules
from translate import to_yaml

# What checkov demands of a kind of resource and we leave out for all of that kind, or for what SAM generates.
# What is left out for one resource of the template stands there, in its Metadata.
EXCEPTIONS = {
    ("CKV_AWS_117", "AWS::Lambda::Function"):
        "Functions reach AWS's public endpoints only, with TLS and signed requests; a VPC adds a NAT's monthly price.",
    ("CKV_AWS_173", "AWS::Lambda::Function"):
        "Environments are encrypted by Lambda's key and hold no secret: our own rule demands that.",
    ("CKV_AWS_115", "AWS::Lambda::Function"):
        "The HTTP API's throttle bounds the HTTP functions; concurrency reserved for one is taken from the others.",
    ("CKV_AWS_116", "AWS::Lambda::Function"):
        "A function that answers requests is called synchronously: the caller sees the failure. "
        "Our own rule demands a dead-letter queue of those called asynchronously.",
    ("CKV_AWS_158", "AWS::Logs::LogGroup"):
        "CloudWatch encrypts every group; lines hold no personal data, so a key of ours would guard nothing.",
}


def cfn_lint(path):
    command = ["cfn-lint", "--include-checks", "I", "--format", "json", "--template", str(path)]
    ended = subprocess.run(command, capture_output=True, text=True)
    # 0: nothing found; 2, 4, 8 and their sums: errors, warnings, informations. Anything else is no verdict.
    if ended.returncode & 1 or ended.returncode > 14:
        raise SystemExit(f"cfn-lint ended with {ended.returncode}: {ended.stderr.strip()}")
    return [cfn_lint_finding(match) for match in json.loads(ended.stdout or "[]")]


def cfn_lint_finding(match):
    place = match["Location"].get("Path") or []
    where = str(place[1]) if len(place) > 1 else str(match["Location"]["Start"]["LineNumber"])
    return match["Rule"]["Id"], where, match["Message"]


def checkov(template):
    """What it finds but for the exceptions; how many checks held; the exceptions that were of use."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "translated.yaml"
        file.write_text(to_yaml(template))
        command = ["checkov", "--skip-download", "--framework", "cloudformation", "--file", str(file), "-o", "json"]
        environment = {**os.environ, "LOG_LEVEL": "ERROR"}
        ended = subprocess.run(command, capture_output=True, text=True, env=environment)
    report = json.loads(ended.stdout)
    if report["results"]["parsing_errors"] or not report["results"]["passed_checks"]:
        raise SystemExit(f"checkov could not read the translated template: {ended.stdout[-500:]}")
    return sorted_out(template, report["results"])


def sorted_out(template, results):
    asynchronous = rules.called_asynchronously(template)
    findings, used = [], set()
    for check in results["failed_checks"]:
        kind, _, name = check["resource"].partition(".")
        exception = (check["check_id"], kind)
        if exception in EXCEPTIONS and not (check["check_id"] == "CKV_AWS_116" and name in asynchronous):
            used.add(exception)
        else:
            findings.append((check["check_id"], name, check["check_name"]))
    skipped = {(check["check_id"], check["resource"].partition(".")[2]) for check in results["skipped_checks"]}
    return findings, len(results["passed_checks"]), used, skipped


def stale_exceptions(template, used, skipped):
    """An exception that excepts nothing hides what comes later."""
    for check, kind in sorted(EXCEPTIONS.keys() - used):
        yield check, kind, "this exception in infra/checks/linters.py is of no use"
    for name, resource in template["Resources"].items():
        for skip in resource.get("Metadata", {}).get("checkov", {}).get("skip", []):
            if (skip["id"], name) not in skipped:
                yield skip["id"], name, "checkov finds nothing here: this skip is of no use"
