"""What is checked of a domain model: trees, what features say of themselves, types, and the model that it extends."""

from collections.abc import Iterator
from typing import Final

from catalogue.checks.features import codes_of
from catalogue.checks.setting import DOUBLED, PRICE, REFERENCE, REQUIRED, TREE, VALUE, Said, Setting
from catalogue.checks.trees import tree
from catalogue.checks.values import Known, pattern_fault, value_faults
from catalogue.domain_model import Domain, domain, extended
from catalogue.kinds.model import DomainModel, FeatureDefinition
from catalogue.problems import Path

_LISTS: Final = ("types", "categories", "groups", "features")
_NUMERIC: Final = frozenset({"number", "money", "percentage", "range"})
_PATTERNED: Final = frozenset({"text", "list"})


def extension(model: DomainModel, setting: Setting) -> Iterator[Said]:
    """A model that extends itself, through others; ids that the extended models define already."""
    *_, highest = extended(model, setting.others.find)
    if highest.extends == model.id and highest is not model:
        yield Said(TREE, ("extends",), f"{highest.id!r} extends this model; a model cannot extend itself.")
        return
    taken = base(model, setting)
    for name in _LISTS:
        for index, each in enumerate(getattr(model, name)):
            if each.id in getattr(taken, name):
                words = f"{each.id!r} is defined in a model that this one extends; give it another id."
                yield Said(DOUBLED, (name, index, "id"), words)


def base(model: DomainModel, setting: Setting) -> Domain:
    """What the model takes over from those that it extends."""
    above = setting.others.find("model", model.extends) if model.extends not in (None, model.id) else None
    return domain(above, setting.others.find) if isinstance(above, DomainModel) else Domain()


def trees(model: DomainModel, setting: Setting) -> Iterator[Said]:
    """Categories, groups and types each form a tree, together with those of the extended models."""
    taken = base(model, setting)
    yield from tree(model.categories, "categories", known=taken.categories)
    yield from tree(model.groups, "groups", known=taken.groups)
    yield from tree(model.types, "types", known=taken.types)


def types(model: DomainModel, setting: Setting) -> Iterator[Said]:
    """The features of types exist, and what a type asks for is among its features."""
    whole = domain(model, setting.others.find)
    for index, type_ in enumerate(model.types):
        for at, id_ in enumerate(type_.features):
            if id_ not in whole.features:
                words = f"The model has no feature {id_!r}; define it under `features`, or take it out of the type."
                yield Said(REFERENCE, ("types", index, "features", at), words)
        own = {f for line in whole.line(type_.id) for f in line.features}
        for at, id_ in enumerate(type_.required):
            if id_ not in own:
                words = f"The type asks for {id_!r} and has no such feature; add it to the type's `features`."
                yield Said(REFERENCE, ("types", index, "required", at), words)


def features(model: DomainModel, setting: Setting) -> Iterator[Said]:
    """Whether each feature's definition makes sense in itself, and its default is a value of it."""
    groups = domain(model, setting.others.find).groups
    for index, feature in enumerate(model.features):
        path = ("features", index)
        if feature.group is not None and feature.group not in groups:
            words = f"There is no group {feature.group!r}; add it to `groups`, or name another one."
            yield Said(REFERENCE, (*path, "group"), words)
        yield from _by_kind(feature, path)
        yield from _bounds(feature, path)
        if feature.default is not None:
            known = Known(model.languages, setting.at, codes_of(feature, setting))
            yield from value_faults(feature, feature.default, (*path, "default"), known)


def _by_kind(feature: FeatureDefinition, path: Path) -> Iterator[Said]:
    kind = feature.kind
    if kind == "dictionary" and feature.dictionary is None:
        yield Said(REQUIRED, (*path, "dictionary"), "A feature of kind 'dictionary' names the dictionary of its codes.")
    if kind == "money" and feature.currency is None:
        yield Said(PRICE, (*path, "currency"), "A feature of kind 'money' names its currency, as in PLN.")
    misplaced = {
        "dictionary": feature.dictionary is not None and kind not in ("dictionary", "choice"),
        "currency": feature.currency is not None and kind not in ("money", "range"),
        "precision": feature.precision is not None and kind not in _NUMERIC,
        "min": feature.min is not None and kind not in _NUMERIC,
        "max": feature.max is not None and kind not in _NUMERIC,
        "pattern": feature.pattern != "" and kind not in _PATTERNED,
    }
    for field in (field for field, wrong in misplaced.items() if wrong):
        yield Said(VALUE, (*path, field), f"A feature of kind {kind!r} has no {field}; leave it out.")


def _bounds(feature: FeatureDefinition, path: Path) -> Iterator[Said]:
    if feature.min is not None and feature.max is not None and feature.min > feature.max:
        yield Said(VALUE, (*path, "min"), f"The least, {feature.min}, is more than the most, {feature.max}.")
    least, most = feature.cardinality
    if not 0 <= least <= most or most == 0:
        words = f"{least} to {most} is no number of values, as '0 to 1' or '1 to 5' is."
        yield Said(VALUE, (*path, "cardinality"), words)
    if feature.pattern and feature.kind in _PATTERNED and (fault := pattern_fault(feature.pattern)):
        yield Said(VALUE, (*path, "pattern"), f"The pattern cannot be used: {fault}.")
