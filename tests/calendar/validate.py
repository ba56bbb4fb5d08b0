"""Validates an iCalendar file from standard input with vobject; says what is wrong and ends with 1 when it is not one."""

import sys

import vobject
from vobject.base import VObjectError

text = sys.stdin.buffer.read().decode("utf-8")
try:
    # Nothing is passed over: a line that cannot be read, a component that stays open, a property that is missing or twice.
    calendars = list(vobject.readComponents(text, allowQP=False, ignoreUnreadable=False, validate=False))
    if len(calendars) != 1 or calendars[0].name != "VCALENDAR":
        sys.exit(f"{len(calendars)} calendars")
    calendars[0].validate(raiseException=True)
except VObjectError as error:
    sys.exit(str(error))
