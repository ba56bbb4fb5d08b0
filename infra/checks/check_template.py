"""Runs every check of the template, then proves with seeded faults that each is found. See `check-template`."""

import copy
import sys
import tempfile
import time
from pathlib import Path

import emulated
import faults
import linters
import rules
from translate import parse, to_yaml, translate, translated


class Tally:
    """Prints what holds and what does not, and counts."""

    def __init__(self):
        self.passed, self.failed = 0, 0
        self.started = self.last = time.monotonic()

    def part(self, what, findings, passed):
        for finding in findings:
            print("  FAILED  {}  {}: {}".format(*finding))
        now = time.monotonic()
        print(f"{what}: {passed} passed, {len(findings)} failed, {now - self.last:.1f} s")
        self.passed, self.failed, self.last = self.passed + passed, self.failed + len(findings), now


def main(path):
    tally = Tally()
    text = path.read_text()
    check(path, text, tally)
    if tally.failed == 0:
        prove(text, tally)
    print(f"{path}: {tally.passed} passed, {tally.failed} failed, {time.monotonic() - tally.started:.0f} s in all")
    return 1 if tally.failed else 0


def check(path, text, tally):
    template = translate(text)
    findings = linters.cfn_lint(path)
    tally.part("cfn-lint, informations too", findings, 0 if findings else len(parse(text)["Resources"]))
    findings, passed, used, skipped = linters.checkov(template)
    findings += linters.stale_exceptions(template, used, skipped)
    tally.part(f"checkov on the translated template, {len(used) + len(skipped)} exceptions", findings, passed)
    findings = rules.findings(template)
    broken = {rule for rule, _, _ in findings}
    tally.part(f"our own rules on {len(template['Resources'])} resources", findings, len(rules.RULES) - len(broken))
    findings, made = emulated.findings(text)
    tally.part("two stacks beside each other in an emulator", findings, made)


def prove(text, tally):
    """A check that finds nothing in a sound template may find nothing at all."""
    for what, demanded, prover in [
        ("faults for our own rules", faults.OWN, found_by_rules),
        ("faults for cfn-lint", faults.CFN_LINT, found_by_cfn_lint),
        ("faults for checkov", faults.CHECKOV, found_by_checkov),
        ("faults for the emulator", faults.EMULATED, found_by_emulator),
    ]:
        missed = []
        for fault, found in zip(demanded, prover(text, [seed for *_, seed in demanded])):
            description, check_name, where, _ = fault
            problem = next((problem for name, place, problem in found if (name, place) == (check_name, where)), None)
            print(f"  {'found ' if problem else 'MISSED'}  {description}: {check_name}")
            if not problem:
                missed.append((check_name, where, f"did not find {description}, but {found}"))
        tally.part(what, missed, len(demanded) - len(missed))
    untried = {rule.__name__ for rule in rules.RULES} - {check_name for _, check_name, *_ in faults.OWN}
    tally.part("rules without a fault", [(rule, "faults.py", "has none") for rule in sorted(untried)], 0)


def seeded(text, *seeds):
    template = parse(text)
    for seed in seeds:
        seed(template)
    return to_yaml(template)


def found_by_rules(text, seeds):
    sound = with_few_routes(parse(text))
    if findings := rules.findings(translated(copy.deepcopy(sound))):
        raise SystemExit(f"with fewer routes, sound is found faulty: {findings}")
    return [rules.findings(translated(with_fault(sound, seed))) for seed in seeds]


def with_few_routes(template):
    """One route a function: the translator copies the whole API for each, so that all of them take it seconds."""
    for resource in template["Resources"].values():
        events = resource.get("Properties", {}).get("Events", {})
        routes = [name for name, event in events.items() if event["Type"] == "HttpApi"]
        for name in routes[1:]:
            del events[name]
    return template


def with_fault(sound, seed):
    template = copy.deepcopy(sound)
    seed(template)
    return template


def found_by_cfn_lint(text, seeds):
    """The linters take seconds to start, so all their faults go into one copy: of it, what differs from the sound template."""
    sound, faulty = parse(text), parse(seeded(text, *seeds))
    few = what_differs(sound, faulty)
    few["Outputs"] = {name: of for name, of in faulty["Outputs"].items() if of != sound["Outputs"].get(name)}
    # What they name must be there: an attribute is one of a resource.
    named = [of["Value"]["Fn::GetAtt"][0] for of in few["Outputs"].values()]
    few["Resources"].update({name: faulty["Resources"][name] for name in named})
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "template.yaml"
        file.write_text(to_yaml(few))
        return [linters.cfn_lint(file)] * len(seeds)


def found_by_checkov(text, seeds):
    sound = with_few_routes(parse(text))
    faulty = copy.deepcopy(sound)
    for seed in seeds:
        seed(faulty)
    few = what_differs(translated(sound), translated(faulty))
    return [linters.checkov(few)[0]] * len(seeds)


def what_differs(sound, faulty):
    resources = {name: of for name, of in faulty["Resources"].items() if of != sound["Resources"].get(name)}
    return {**faulty, "Resources": resources}


def found_by_emulator(text, seeds):
    return [emulated.findings(seeded(text, *seeds))[0]] * len(seeds)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
