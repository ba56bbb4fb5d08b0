"""Builds the function zips with cargo-lambda and zig, and proves of each that it is what may be deployed."""

import argparse
import json
import os
import platform
import re
import struct
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

# The template names every function.
FUNCTIONS = re.findall(r"^ +CodeUri: target/lambda/([a-z]+)/$", Path("template.yaml").read_text(), re.MULTILINE)
# Programs that lie in a function's zip beside its bootstrap: the checker's judge, which opens the files.
BESIDE = {"checker": ["judge"]}
FOLDER = Path("target/lambda")
# What was asked for when these zips were built: `--check` compares.
MADE_WITH = FOLDER / "made-with.json"
# The only setting that moves the business clock. A deployed function must not even know its name.
CLOCK_SETTING = b"PREAU_BUSINESS_CLOCK_SHIFT"
# Architecture of the template: Rust's target, `e_machine` of the ELF header.
ARCHITECTURES = {
    "arm64": ("aarch64-unknown-linux-gnu", 183),
    "x86_64": ("x86_64-unknown-linux-gnu", 62),
}
# A small zip starts fast. Holds for `release`; `ci-zip` says nothing of size, and packing at the best level took longer than
# linking.
BUDGET = 5_000_000
LEVELS = {"release": 9, "ci-zip": 1}


def main():
    options = arguments()
    if not FUNCTIONS:
        sys.exit("zips: template.yaml names no function")
    started = time.monotonic()
    if not options.check:
        build(options.arch, options.profile)
    self_test()
    faults = [f"{name}: {fault}" for name in FUNCTIONS for fault in faults_of_function(name, options)]
    faults += faults_of_making(options)
    for fault in faults:
        print(f"FAULT {fault}", file=sys.stderr)
    print(f"zips: {len(FUNCTIONS)} functions, {options.arch}, {options.profile}, {len(faults)} faults, "
          f"{time.monotonic() - started:.0f} s")
    return 1 if faults else 0


def arguments():
    parser = argparse.ArgumentParser(prog="infra/build/zips", description=__doc__)
    parser.add_argument("--arch", choices=ARCHITECTURES, default="arm64", help="of the template's Architecture")
    parser.add_argument("--profile", choices=LEVELS, default="release",
                        help="ci-zip: proves that it builds")
    parser.add_argument("--check", action="store_true", help="build nothing, look at what was built")
    return parser.parse_args()


def build(arch, profile):
    target, _ = ARCHITECTURES[arch]
    demand_target(target)
    packages = [argument for name in FUNCTIONS for argument in ("-p", name)]
    demand_fixed_clock(packages, target)
    # A build cut short must not be taken for one that ended.
    MADE_WITH.unlink(missing_ok=True)
    # One call and these packages only: with infra/local beside them its feature `movable-clock` would be theirs too.
    command = ["cargo", "lambda", "build", "--locked", "--profile", profile, "--target", target, *packages]
    if subprocess.run(command).returncode != 0:
        sys.exit("zips: cargo-lambda could not build them")
    for name in FUNCTIONS:
        pack(name, LEVELS[profile])
    MADE_WITH.write_text(json.dumps({"arch": arch, "profile": profile}) + "\n")


def demand_target(target):
    command = ["rustc", "--print", "target-libdir", "--target", target]
    library = Path(subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip())
    if not any(library.glob("libstd-*")):
        print(f"zips: Rust has no standard library for {target}: `rustup target add {target}`", file=sys.stderr)
        sys.exit(2)


def demand_fixed_clock(packages, target):
    """The feature is asked of cargo before minutes are spent on a build."""
    command = ["cargo", "tree", "--locked", "--target", target, "--edges", "normal,features", "--prefix", "none"]
    tree = subprocess.run([*command, *packages], capture_output=True, text=True, check=True).stdout
    if "movable-clock" in tree:
        sys.exit("zips: a function enables the feature `movable-clock`; only infra/local may")


def programs(name):
    """What a zip holds: the name in it, and where cargo-lambda leaves each program."""
    beside = {program: FOLDER / program / "bootstrap" for program in BESIDE.get(name, [])}
    return {"bootstrap": FOLDER / name / "bootstrap", **beside}


def pack(name, level):
    """The same bytes for the same programs, so that an unchanged function is not deployed again."""
    with zipfile.ZipFile(FOLDER / name / "bootstrap.zip", "w") as archive:
        for inside, program in programs(name).items():
            entry = zipfile.ZipInfo(inside, date_time=(1980, 1, 1, 0, 0, 0))
            entry.external_attr = 0o100755 << 16
            entry.create_system = 3
            archive.writestr(entry, program.read_bytes(), compress_type=zipfile.ZIP_DEFLATED, compresslevel=level)


def faults_of_function(name, options):
    archive, found = FOLDER / name / "bootstrap.zip", programs(name)
    if not archive.is_file() or not all(program.is_file() for program in found.values()):
        return ["not built"]
    size = archive.stat().st_size
    sizes = "   ".join(f"{inside} {program.stat().st_size / 1e6:6.2f} MB" for inside, program in found.items())
    print(f"{name:12} zip {size / 1e6:6.2f} MB   {sizes}")
    faults = faults_of_content(archive, found)
    for program in found.values():
        faults += faults_of_bootstrap(program, options.arch)
    if options.profile == "release" and size > BUDGET:
        faults.append(f"its zip has {size / 1e6:.2f} MB, {BUDGET / 1e6:.0f} MB at most")
    if not faults and platform.machine() == ARCHITECTURES[options.arch][0].split("-")[0]:
        faults += faults_of_start(found["bootstrap"])
        faults += [fault for inside, program in found.items() if inside == "judge" for fault in faults_of_judge(program)]
    return faults


def faults_of_content(archive, found):
    with zipfile.ZipFile(archive) as opened:
        if sorted(opened.namelist()) != sorted(found):
            return [f"its zip holds {opened.namelist()}, not {list(found)}"]
        stale = [inside for inside, program in found.items() if opened.read(inside) != program.read_bytes()]
    return [f"its zip holds another {inside} than was built" for inside in stale]


def faults_of_judge(judge):
    """It must load and give a verdict: a file of nothing is empty."""
    ended = subprocess.run([judge.resolve()], env={}, input=b"", capture_output=True, timeout=20)
    if ended.returncode == 0 and ended.stdout == b'{"fault":"empty"}\n':
        return []
    return [f"its judge does not judge: exit code {ended.returncode}, {ended.stdout[:100]} {ended.stderr[:200]}"]


def faults_of_bootstrap(bootstrap, arch):
    content = bootstrap.read_bytes()
    faults = []
    if not os.access(bootstrap, os.X_OK):
        faults.append("bootstrap is not executable")
    if content[:4] != b"\x7fELF" or struct.unpack_from("<H", content, 18)[0] != ARCHITECTURES[arch][1]:
        faults.append(f"bootstrap is no program for {arch}")
    if CLOCK_SETTING in content:
        faults.append("bootstrap was built with `movable-clock`: its business clock could be moved")
    return faults


def faults_of_start(bootstrap):
    """Without settings it must load, run, and end by naming one it misses: no signal, no missing library."""
    ended = subprocess.run([bootstrap.resolve()], env={}, capture_output=True, text=True, timeout=20)
    if ended.returncode == 1 and re.search(r'SettingError \{ name: "[A-Z_]+", problem: "is missing" \}', ended.stderr):
        return []
    return [f"does not start: exit code {ended.returncode}, {(ended.stderr or ended.stdout).strip()[:200]}"]


def faults_of_making(options):
    asked = {"arch": options.arch, "profile": options.profile}
    made = json.loads(MADE_WITH.read_text()) if MADE_WITH.is_file() else {}
    return [] if made == asked else [f"{MADE_WITH}: asked for {asked}, built with {made}"]


def self_test():
    """Each check of a bootstrap must find a file seeded with its fault."""
    sound = b"\x7fELF".ljust(18, b"\0") + struct.pack("<H", ARCHITECTURES["arm64"][1]) + bytes(100)
    seeded = {
        None: (sound, 0o755, "arm64"),
        "movable-clock": (sound + CLOCK_SETTING + b"...", 0o755, "arm64"),
        "not executable": (sound, 0o644, "arm64"),
        "no program for x86_64": (sound, 0o755, "x86_64"),
        "no program for arm64": (b"#!/bin/sh\n".ljust(200), 0o755, "arm64"),
    }
    with tempfile.TemporaryDirectory() as folder:
        for fault, (content, mode, arch) in seeded.items():
            file = Path(folder) / "bootstrap"
            file.write_bytes(content)
            file.chmod(mode)
            found = faults_of_bootstrap(file, arch)
            if len(found) != (0 if fault is None else 1) or not all(fault in text for text in found):
                sys.exit(f"zips: the self-test seeded {fault!r} and found {found}")


if __name__ == "__main__":
    sys.exit(main())
