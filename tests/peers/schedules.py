"""Compares the next times of schedules with croniter, where the two mean the same.

They agree on every line of fields without a clock change in reach. Around one they differ by design: Purser runs a
fixed time right after the gap and once in the repeated hour (C-18), croniter has rules of its own. So the
comparison stays outside of the days around a change, and in zones without one.
"""

import datetime
import itertools
import random
import subprocess
import sys
import zoneinfo

from croniter import croniter

MINUTES = ["0", "30", "7", "*/15", "*", "5,35", "10-14"]
HOURS = ["0", "8", "23", "*", "*/4", "8,20", "9-17"]
DAYS = [("*", "*", "*"), ("1", "*", "*"), ("16", "*", "*"), ("31", "*", "*"), ("29", "2", "*"), ("*", "*", "1-5"),
        ("*", "*", "0"), ("*", "6,12", "1"), ("1,15", "*", "*"), ("1", "*", "1"), ("*/10", "*", "*")]
ZONES = ["UTC", "America/New_York", "Europe/Berlin", "Asia/Kolkata", "Australia/Lord_Howe", "America/Sao_Paulo"]
COUNT = 12
UTC = datetime.timezone.utc


def changes(zone, begin, end):
    """Whether the clock of the zone changes between two times, with two days on each side."""
    day = datetime.timedelta(days=1)
    at, end = begin - 2 * day, end + 2 * day
    offset = at.astimezone(zone).utcoffset()
    while at < end:
        at += day / 2
        if at.astimezone(zone).utcoffset() != offset:
            return True
    return False


def main(program):
    rng = random.Random(20261117)
    lines = [" ".join((minute, hour, *day)) for minute, hour, day in itertools.product(MINUTES, HOURS, DAYS)]
    cases = []
    for line in lines:
        zone = rng.choice(ZONES)
        after = datetime.datetime(2026, 1, 1, tzinfo=UTC) + datetime.timedelta(minutes=rng.randrange(3 * 365 * 24 * 60))
        cases.append((line, zone, after))
    asked = "".join(f"{line}\t{zone}\t{after.isoformat().replace('+00:00', 'Z')}\t{COUNT}\n" for line, zone, after in cases)
    said = subprocess.run([program], input=asked, capture_output=True, text=True, check=True).stdout.splitlines()
    assert len(said) == len(cases), (len(said), len(cases))
    compared, different = 0, []
    for (line, zone, after), times in zip(cases, said):
        ours = [datetime.datetime.fromisoformat(time.replace("Z", "+00:00")) for time in times.split()]
        info = zoneinfo.ZoneInfo(zone)
        if changes(info, after, min(ours[-1], after + datetime.timedelta(days=400))):
            continue
        peer = croniter(line, after.astimezone(info), day_or=True)
        theirs = [peer.get_next(datetime.datetime).astimezone(UTC) for _ in ours]
        compared += 1
        if ours != theirs:
            different.append((line, zone, after.isoformat(), [str(time) for time in ours[:3]], [str(time) for time in theirs[:3]]))
    print(f"{compared} of {len(cases)} schedules compared with croniter, {len(different)} differ")
    for one in different[:10]:
        print(one)
    assert compared > 200, "too few to prove anything"
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
