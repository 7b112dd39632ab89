"""What both clients' scripts need. TOLD says where the servers are."""

import json
import os

TOLD = json.loads(os.environ["ORRERY_CLIENTS"])
QUESTION = [{"role": "user", "content": "How many layers does Gemma 3 27B have?"}]
SAID = "Gemma 3 27B has 62 layers."


def raised(kind, act):
    try:
        act()
    except kind as error:
        return error
    raise AssertionError(f"{kind.__name__} was expected")


def same(is_, expected):
    assert is_ == expected, f"{is_!r} instead of {expected!r}"
