"""Mapbox vector tiles, read as far as the suite must: layers, their features' kinds, places and properties."""

import struct


class Damaged(ValueError):
    pass


def varint(data, at):
    value = shift = 0
    while True:
        if at >= len(data) or shift > 63:
            raise Damaged("a number without an end")
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7


def fields(data):
    at = 0
    while at < len(data):
        key, at = varint(data, at)
        number, wire = key >> 3, key & 7
        if wire == 0:
            value, at = varint(data, at)
        elif wire == 2:
            length, at = varint(data, at)
            value, at = data[at:at + length], at + length
        elif wire in (1, 5):
            size = 8 if wire == 1 else 4
            value, at = data[at:at + size], at + size
        else:
            raise Damaged(f"wire type {wire}")
        if at > len(data):
            raise Damaged("cut off")
        yield number, value


def packed(data):
    at, found = 0, []
    while at < len(data):
        value, at = varint(data, at)
        found.append(value)
    return found


def zigzag(value):
    return (value >> 1) ^ -(value & 1)


def a_value(data):
    for number, value in fields(data):
        if number == 1:
            return value.decode()
        if number == 2:
            return struct.unpack("<f", value)[0]
        if number == 3:
            return struct.unpack("<d", value)[0]
        if number == 6:
            return zigzag(value)
        return bool(value) if number == 7 else value
    raise Damaged("a value of nothing")


def geometry(commands):
    """Parts, each a list of places in the tile."""
    at, x, y, parts = 0, 0, 0, []
    while at < len(commands):
        what, count = commands[at] & 7, commands[at] >> 3
        at += 1
        if what == 7:
            parts[-1].append(parts[-1][0])
            continue
        if what not in (1, 2):
            raise Damaged(f"command {what}")
        for _ in range(count):
            x, y = x + zigzag(commands[at]), y + zigzag(commands[at + 1])
            at += 2
            if what == 1:
                parts.append([])
            parts[-1].append((x, y))
    return parts


def decode(data):
    """By name: extent, and features as (id, kind, parts, properties); kinds are 1 points, 2 lines, 3 polygons."""
    layers = {}
    for number, content in fields(data):
        if number != 3:
            continue
        name, version, extent, keys, values, features = None, None, 4096, [], [], []
        for each, value in fields(content):
            if each == 1:
                name = value.decode()
            elif each == 2:
                features.append(value)
            elif each == 3:
                keys.append(value.decode())
            elif each == 4:
                values.append(a_value(value))
            elif each == 5:
                extent = value
            elif each == 15:
                version = value
        if name is None or name in layers or version != 2:
            raise Damaged(f"layer {name} of version {version}")
        read = []
        for feature in features:
            id, tags, kind, commands = None, [], 0, []
            for each, value in fields(feature):
                if each == 1:
                    id = value
                elif each == 2:
                    tags = packed(value)
                elif each == 3:
                    kind = value
                elif each == 4:
                    commands = packed(value)
            properties = {keys[key]: values[value] for key, value in zip(tags[::2], tags[1::2])}
            read.append((id, kind, geometry(commands), properties))
        layers[name] = (extent, read)
    return layers
