"""Who sees what through /ogc: the two tiers of everything else here."""

from suite import CLIENTS, GEOJSON, Api, Skipped, expect, link, requirement, same, same_ids


def staff(api):
    if not api.staff:
        raise Skipped("nobody to sign in as")
    token, area = api.staff
    return Api(api.root, token), area


def enterprises(api):
    return next(one for one in api.collections if one.id == "enterprises")


@requirement(f"{CLIENTS}/tokens")
def wrong_tokens_are_refused(api):
    for token in ("x", "eyJhbGciOiJub25lIn0.e30.", "a.b.c"):
        api.get("/collections/enterprises/items", accept=GEOJSON, Authorization=f"Bearer {token}").refused(401)


@requirement(f"{CLIENTS}/internal-tier-in-the-own-area")
def staff_see_the_internal_tier_in_their_area(api):
    signed_in, area = staff(api)
    seen = {one["id"]: one["properties"] for one in enterprises(signed_in).features}
    missing = set(one["id"] for one in enterprises(api).features) - set(seen)
    expect(not missing, f"{len(missing)} public features are hidden from staff")
    for id, properties in seen.items():
        inside = properties["region"].startswith(area)
        same(properties["tier"], "internal" if inside else "public", f"{id} in {properties['region']}: tier")
        if not inside:
            told = [name for name in ("nib", "address", "workers", "review", "publication") if properties.get(name) is not None]
            expect(not told, f"{id}, outside: {told}")
    expect(any(properties.get("workers") is not None or properties.get("address") for properties in seen.values()),
           "nothing internal anywhere")


@requirement(f"{CLIENTS}/internal-tier-in-the-own-area")
def what_staff_see_is_kept_by_nobody(api):
    signed_in, _ = staff(api)
    kept = signed_in.get("/collections/enterprises/items", [("limit", 1)], accept=GEOJSON).ok().headers.get("cache-control", "")
    expect("no-store" in kept or "private" in kept, f"Cache-Control for staff: {kept}")
    public = api.get("/collections/enterprises/items", [("limit", 1)], accept=GEOJSON).ok().headers.get("cache-control", "")
    expect("no-store" not in public, f"Cache-Control for the public: {public}")


@requirement(f"{CLIENTS}/internal-tier-in-the-own-area")
def internal_properties_are_no_parameters_for_the_public(api):
    """Neither by themselves nor in a filter can the public find out what it may not see."""
    for params in ([("nib", "1234567890123")], [("min_workers", 1)], [("review", "verified")], [("filter", "nib IS NULL")],
                   [("filter", "workers > 1")], [("filter", "address LIKE '%'")], [("sortby", "workers")]):
        api.get("/collections/enterprises/items", params, accept=GEOJSON).refused(400, 401, 403)


@requirement(f"{CLIENTS}/internal-tier-in-the-own-area")
def pages_of_staff_hold_everything_once(api):
    signed_in, area = staff(api)
    collection = enterprises(signed_in)
    first = collection.items(limit=700).ok(GEOJSON).json
    found = [one["id"] for one in first["features"]]
    following = link(first["links"], "next")
    while following:
        page = signed_in.get(following["href"], accept=GEOJSON).ok(GEOJSON).json
        found += [one["id"] for one in page["features"]]
        following = link(page["links"], "next")
    same(len(found), len(set(found)), "features once")
    same_ids(found, [one["id"] for one in collection.features], "through pages")
    same(first["numberMatched"], len(found), "numberMatched")
