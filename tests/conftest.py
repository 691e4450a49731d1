"""What holds for every test."""

from hypothesis import settings

# A test is never judged by the clock on the wall: machines that run many things at once are slow.
settings.register_profile("kpiloop", deadline=None)
settings.load_profile("kpiloop")
