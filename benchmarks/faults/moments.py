"""What time it is, for a trial of a service that runs by the real clock."""

from service import clock


def epoch() -> float:
    """Seconds since the epoch, the same for all processes."""
    return clock.now("UTC").timestamp()
