"""Sets of shard numbers as text, e.g. `0-24` or `3,17,40-41`."""


def parse_ranges(text: str) -> list[int]:
    shards: list[int] = []
    for part in text.split(",") if text else []:
        first, _, last = part.partition("-")
        shards.extend(range(int(first), int(last or first) + 1))
    return shards
