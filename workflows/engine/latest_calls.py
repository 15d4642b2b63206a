"""Calls of the latest version: which bundle a running case goes on with."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflows.database import table_of
from workflows.engine import bundles, compiled, manifests
from workflows.engine.compiled import CompiledBundle
from workflows.engine.runtime import codec
from workflows.engine.tables import Bundle

_bundle = table_of(Bundle)


def newer(
    session: Session, bundle_id: int, bundle: CompiledBundle, state: bytes | None
) -> tuple[int, CompiledBundle] | None:
    """
    Return the bundle with the latest versions that are in force now, with its number.

    Nothing where the case calls no latest version, which costs no question, or
    where none is newer. What runs already keeps the version that it began with.
    """
    executable = bundle.executable
    if not executable.latest or state is None:
        return None
    rows = session.execute(
        select(_bundle.c.process_key, _bundle.c.manifest).where(
            _bundle.c.is_active, _bundle.c.process_key.in_(list(executable.latest))
        )
    )
    in_force = {row.process_key: row.manifest for row in rows}
    if all(manifests.link_of(key, in_force[key]) == executable.latest[key] for key in in_force):
        return None
    scopes = codec.decode(state, executable).scopes.values()
    live = {scope.process.link for scope in scopes if scope.process.link}
    models = (model for model in executable.models if not model.link or model.link in live)
    called = {key for model in models for key in model.latest_calls}
    manifest = manifests.relinked(bundle.manifest, called, in_force, live)
    return None if manifest is bundle.manifest else kept(session, bundle_id, manifest)


def kept(
    session: Session, bundle_id: int, manifest: Mapping[str, str]
) -> tuple[int, CompiledBundle]:
    """Return the bundle with this manifest; where there is none, it is kept beside the old one."""
    columns = [column for column in _bundle.c if column.name != "id"]
    old = session.execute(select(*columns).where(_bundle.c.id == bundle_id)).one()._asdict()
    bundle_hash = manifests.digest(old["process_key"], manifest)
    values = {**old, "bundle_hash": bundle_hash, "manifest": manifest, "is_active": False}
    number = bundles.keep(session, values)
    return number, compiled.load(session, number, bundle_hash)
