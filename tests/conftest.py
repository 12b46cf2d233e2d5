"""What holds for every test: how hypothesis searches, and what it prints when it finds a fault."""

from hypothesis import settings

# Every run searches anew; a find is printed with the blob that replays it.
# Time is never the judge: a slow machine is no fault.
settings.register_profile("house", deadline=None, derandomize=False, print_blob=True)
settings.load_profile("house")
