#!/usr/bin/env python3
"""What each family of a month owes, straight from its files: `family,total` lines that `month --totals` must print too.

Knows nothing of the portal: prices as published in the month's README, bounds included.
"""
import csv
import gzip
import pathlib
import sys
from collections import defaultdict

FLAT = {"Garderie matin": 160, "Garderie midi": 80, "Garderie soir": 235}
CANTINE = [(399, 120), (699, 210), (999, 305), (1399, 390), (float("inf"), 475)]


def rows(folder, name):
    packed = folder / (name + ".gz")
    opened = gzip.open(packed, "rt", encoding="utf-8") if packed.exists() else open(folder / name, encoding="utf-8")
    with opened as lines:
        yield from csv.DictReader(lines)


def main():
    folder = pathlib.Path(sys.argv[1])
    wanted = int(sys.argv[2]) if len(sys.argv) > 2 else None
    families = list(rows(folder, "families.csv"))
    quotients = {family["family"]: int(family["qf"]) for family in families}
    owed = defaultdict(int)
    for booking in rows(folder, "bookings.csv"):
        family, activity = booking["family"], booking["activity"]
        meal = next(price for most, price in CANTINE if quotients[family] <= most)
        owed[family] += FLAT.get(activity, meal if activity == "Cantine" else None)
    count = len(families)
    for at in range(wanted or count):
        family = families[at % count]["family"]
        turn = at // count
        total = owed[family]
        print(f"{family}{f'-{turn}' if turn else ''},{total // 100}.{total % 100:02}")


main()
