"""Results of functions that may be async."""

import functools
import inspect


def settled(values):
    """
    The values, with those that can be awaited in place of themselves, all at the same time; what an awaited one
    raises stands in its place.
    """
    places = [place for place, value in enumerate(values) if inspect.isawaitable(value)]
    if not places:
        return values
    results = list(values)
    awaited = event_loop().run_until_complete(gathered([values[place] for place in places]))
    for place, result in zip(places, awaited):
        results[place] = result
    return results


@functools.cache
def event_loop():
    """One loop for all calls, for what a function keeps from one to the next, such as an HTTP session."""
    import asyncio

    return asyncio.new_event_loop()


async def gathered(awaitables):
    """The results of awaitables, an exception where one raises."""
    import asyncio

    return await asyncio.gather(*awaitables, return_exceptions=True)
