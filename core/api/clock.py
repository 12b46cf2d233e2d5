"""The clocks: what time it is, in UTC."""

from core.clock import Clock, DemoClock, FrozenClock, SystemClock

__all__ = ["Clock", "DemoClock", "FrozenClock", "SystemClock"]
