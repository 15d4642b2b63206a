"""
Manifests: what a bundle is made of, by name, and what a call of the latest version means.

`kind:key` maps to the hash of a content. What a process reaches otherwise than by
calls of a latest version is its *core*. A process that is called in its latest version
stands in the manifest of its caller with its whole core, under names that end with its
*link*: `kind:key@HASH`, where the hash is that of the core. `latest:key` maps to the
link that such a call means now. Links of cores never depend on each other, so that
processes may call each other in circles.
"""

import hashlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import orjson

Manifest = Mapping[str, str]

_LATEST = "latest"
_MARK = "@"  # no key may contain it
_LENGTH = 16


@dataclass(frozen=True)
class Entry:
    """One content of a bundle; `link` is empty for what belongs to its own core."""

    kind: str
    key: str
    link: str
    content_hash: str


def digest(key: str, manifest: Manifest) -> str:
    """Return the hash of a process with its manifest."""
    packed = orjson.dumps([key, dict(manifest)], option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(packed).hexdigest()


def entries(manifest: Manifest) -> Iterator[Entry]:
    """Yield the contents that a manifest names."""
    for name, content_hash in manifest.items():
        kind, _, full_key = name.partition(":")
        if kind != _LATEST:
            key, mark, rest = full_key.partition(_MARK)
            yield Entry(kind, key, mark + rest, content_hash)


def key_of(full_key: str) -> str:
    """Return a key without the link that it may have."""
    return full_key.partition(_MARK)[0]


def latest(manifest: Manifest) -> dict[str, str]:
    """Return, by the key of a process, the link that a call of its latest version means."""
    split = ((name.partition(":"), link) for name, link in manifest.items())
    return {key: link for (kind, _, key), link in split if kind == _LATEST}


def link_of(key: str, manifest: Manifest) -> str:
    """Return the link of a process: what it is with all of its core."""
    return _MARK + digest(key, _only(manifest, {""}))[:_LENGTH]


def linked(key: str, core: Manifest) -> dict[str, str]:
    """Return what stands in the manifest of whoever calls the latest version of a process."""
    link = link_of(key, core)
    return {f"{_LATEST}:{key}": link, **{name + link: found for name, found in core.items()}}


def relinked(
    manifest: Manifest,
    called: Collection[str],
    in_force: Mapping[str, Manifest],
    live: Collection[str],
) -> Manifest:
    """
    Return the manifest of a running case with the latest versions that are in force now.

    `called` are the processes that are called so by what the case can still run,
    `in_force` their manifests in force, and `live` the links of versions in which
    something runs: of the older ones only these stay, so that cases in the same place
    share a manifest. Where nothing is newer, the manifest itself is returned.
    """
    before = latest(manifest)
    newest: dict[str, str] = {}
    for key in called:
        core = _only(in_force[key], {""})
        newest |= linked(key, core)
        newest |= {name: found for name, found in in_force[key].items() if name not in core}
    if latest(newest).items() <= before.items():
        return manifest
    return dict(sorted({**_only(manifest, {"", *live}), **newest}.items()))


def is_same(one: Manifest, other: Manifest) -> bool:
    """Say whether two cases run in the same versions, but for what they call in the latest."""
    return _only(one, {""}) == _only(other, {""})


def moved(target: Manifest, manifest: Manifest, live: Collection[str]) -> Manifest:
    """Return the manifest to which a case moves, with the versions of calls that run in it."""
    kept = _only(manifest, live)
    return dict(sorted({**kept, **target}.items())) if kept else target


def _only(manifest: Manifest, links: Collection[str]) -> dict[str, str]:
    """Return the contents of a manifest that have one of these links."""
    return {
        f"{each.kind}:{each.key}{each.link}": each.content_hash
        for each in entries(manifest)
        if each.link in links
    }
