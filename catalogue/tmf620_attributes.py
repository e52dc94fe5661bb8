"""Which attributes TMF620 v5 gives its resources. What a filter names beside them is a mistake; one of them that is
never told here is just not there."""

from collections.abc import Mapping
from typing import Final

_EVERY: Final = "id href name description lifecycleStatus lastUpdate version validFor @type @baseType @schemaLocation"
_OWN: Final = {
    "catalog": "catalogType category relatedParty",
    "category": "isRoot parent subCategory productOffering",
    "productSpecification": (
        "attachment brand bundledProductSpecification category externalIdentifier intentSpecification isBundle policy "
        "productNumber productSpecCharacteristic productSpecificationRelationship relatedParty resourceSpecification "
        "serviceSpecification targetProductSchema"
    ),
    "productOffering": (
        "agreement allowedAction attachment bundledGroupProductOffering bundledProductOffering category channel "
        "externalIdentifier isBundle isSellable marketSegment place policy prodSpecCharValueUse "
        "productOfferingCharacteristic productOfferingPrice productOfferingRelationship productOfferingTerm "
        "productSpecification relatedParty resourceCandidate serviceCandidate serviceLevelAgreement statusReason"
    ),
    "productOfferingPrice": (
        "bundledPopRelationship constraint externalIdentifier isBundle percentage place policy popRelationship price "
        "priceType pricingLogicAlgorithm prodSpecCharValueUse productOfferingTerm recurringChargePeriodLength "
        "recurringChargePeriodType tax unitOfMeasure"
    ),
}
ATTRIBUTES: Final[Mapping[str, frozenset[str]]] = {
    kind: frozenset(f"{_EVERY} {names}".split()) for kind, names in _OWN.items()
}
"""By the kind of resource."""
