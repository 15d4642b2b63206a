"""The collector of garbage, in processes that serve or measure for long."""

import gc

_NEW_OBJECTS = 20_000


def spare() -> None:
    """
    Leave out of its rounds what is there now, and let it come less often.

    A request makes thousands of objects and drops nearly all of them by itself.
    Call it when everything is loaded.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS, 10, 10)
