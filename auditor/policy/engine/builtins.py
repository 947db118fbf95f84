"""The builtins of Rego: which a policy may call, and why not the others.  A written list: a new builtin has to be decided on."""

from __future__ import annotations

# Functions whose answer depends on more than their arguments -> how many they take.  The embedded engine gets others in their place, that raise.
IMPURE = {
    "http.send": 1,
    "net.lookup_ip_addr": 1,
    "opa.runtime": 0,
    "rand.intn": 2,
    "time.now_ns": 0,
    "uuid.rfc4122": 1,
}

ALLOWED = frozenset(
    """
    abs ceil floor round
    array.concat array.reverse array.slice
    base64.decode base64.encode base64.is_valid base64url.decode base64url.encode base64url.encode_no_pad
    bits.and bits.lsh bits.negate bits.or bits.rsh bits.xor
    concat contains endswith format_int indexof indexof_n lower replace split sprintf startswith
    strings.any_prefix_match strings.any_suffix_match strings.replace_n strings.reverse substring
    trim trim_left trim_prefix trim_right trim_space trim_suffix upper
    count max min product sort sum
    glob.match glob.quote_meta
    graph.reachable graph.reachable_paths
    hex.decode hex.encode
    intersection union
    is_array is_boolean is_null is_number is_object is_set is_string type_name
    json.filter json.patch json.remove
    net.cidr_contains net.cidr_expand net.cidr_is_valid
    numbers.range numbers.range_step
    object.filter object.get object.keys object.remove object.union object.union_n
    regex.find_all_string_submatch_n regex.find_n regex.is_valid regex.match regex.replace regex.split
    semver.compare
    time.add_date time.clock time.date time.diff time.format time.parse_duration_ns time.parse_ns time.parse_rfc3339_ns time.weekday
    to_number units.parse units.parse_bytes
    urlquery.decode urlquery.decode_object urlquery.encode urlquery.encode_object
    walk
    """.split()  # noqa: SIM905 - a list to read
)

_WHY = {
    "impure": "its answer depends on more than its arguments; time is `input.as_of`",
    "noise": "it writes to stderr",
    "divergent": "the engines answer differently; let the collector do it",
    "absent": "the embedded engine does not have it; let the collector do it",
    "unknown": "it is neither an allowed builtin nor a function of a loaded module",
}
_DIVERGENT = frozenset(
    """
    yaml.unmarshal yaml.marshal yaml.is_valid json.marshal json.marshal_with_options json.unmarshal json.is_valid json.match_schema json.verify_schema
    semver.is_valid object.subset strings.count regex.template_match uuid.parse
    """.split()  # noqa: SIM905 - a list to read
)
_ABSENT = (
    "rego.", "crypto.", "io.jwt.", "graphql.", "providers.", "net.cidr_intersects", "net.cidr_merge", "net.cidr_contains_matches",
    "net.cidr_overlap", "array.flatten", "regex.globs_match", "strings.render_template", "strings.split_n", "uri.",
)  # fmt: skip


def why_not(name: str) -> str:
    """Why a policy may not call a builtin that is not ALLOWED."""
    if name in IMPURE:
        return _WHY["impure"]
    if name in {"print", "trace"}:
        return _WHY["noise"]
    if name in _DIVERGENT:
        return _WHY["divergent"]
    return _WHY["absent" if name.startswith(_ABSENT) else "unknown"]


# Every name that is taken (`opa capabilities`, 1.22.2), with the functions that stand for operators: a rule of such a name replaces the operator in OPA.
OPERATORS = frozenset("and assign div eq equal gt gte lt lte minus mul neq or plus rem set_diff".split())  # noqa: SIM905
TAKEN = ALLOWED | OPERATORS | frozenset(IMPURE) | _DIVERGENT | frozenset(
    "all any cast_array cast_boolean cast_null cast_object cast_set cast_string print re_match trace".split()  # noqa: SIM905
)  # fmt: skip
