"""Objects and fields as describe shows them."""

from kpiloop_sandbox.salesforce.catalogue.fields import Field, Kind
from kpiloop_sandbox.salesforce.catalogue.sobject import SObject

_SOAP = {
    Kind.ID: "tns:ID",
    Kind.REFERENCE: "tns:ID",
    Kind.BOOLEAN: "xsd:boolean",
    Kind.INT: "xsd:int",
    Kind.DOUBLE: "xsd:double",
    Kind.CURRENCY: "xsd:double",
    Kind.PERCENT: "xsd:double",
    Kind.DATE: "xsd:date",
    Kind.DATETIME: "xsd:dateTime",
    Kind.ADDRESS: "urn:address",
}
_BYTES_PER_SIGN = 3
_OBJECT_FLAGS = {
    "activateable": False,
    "customSetting": False,
    "deepCloneable": False,
    "deprecatedAndHidden": False,
    "feedEnabled": False,
    "hasSubtypes": False,
    "isInterface": False,
    "isSubtype": False,
    "layoutable": True,
    "mruEnabled": False,
    "queryable": True,
    "searchable": True,
    "triggerable": True,
}
_FIELD_FLAGS = {
    "aiPredictionField": False,
    "autoNumber": False,
    "cascadeDelete": False,
    "caseSensitive": False,
    "dependentPicklist": False,
    "deprecatedAndHidden": False,
    "displayLocationInDecimal": False,
    "encrypted": False,
    "formulaTreatNullNumberAsZero": False,
    "highScaleNumber": False,
    "htmlFormatted": False,
    "queryByDistance": False,
    "restrictedDelete": False,
    "restrictedPicklist": False,
    "searchPrefilterable": False,
    "unique": False,
    "writeRequiresMasterRead": False,
}
_FIELD_BLANKS = (
    "compoundFieldName",
    "controllerName",
    "defaultValueFormula",
    "extraTypeInfo",
    "filteredLookupInfo",
    "inlineHelpText",
    "mask",
    "maskType",
    "referenceTargetField",
    "relationshipOrder",
)


def describe_object(entity: SObject, root: str) -> dict[str, object]:
    """An object without its fields; `root` is the path of the API version."""
    url = f"{root}/sobjects/{entity.name}"
    is_kept = not entity.has("IsDeleted") or not entity.has("SystemModstamp")
    return {
        **_OBJECT_FLAGS,
        "createable": not is_kept,
        "custom": entity.name.endswith("__c"),
        "deletable": not is_kept,
        "keyPrefix": entity.prefix,
        "label": entity.label,
        "labelPlural": f"{entity.label}s",
        "mergeable": entity.has("MasterRecordId"),
        "name": entity.name,
        "replicateable": not is_kept,
        "retrieveable": True,
        "undeletable": not is_kept,
        "updateable": not is_kept,
        "urls": {
            "sobject": url,
            "describe": f"{url}/describe",
            "rowTemplate": f"{url}/{{ID}}",
        },
    }


def describe_field(field: Field, entity: SObject) -> dict[str, object]:
    """One field of an object."""
    is_number = field.kind.is_number and field.kind is not Kind.INT
    return {
        **_FIELD_FLAGS,
        **dict.fromkeys(_FIELD_BLANKS),
        "aggregatable": field.filterable,
        "byteLength": field.length * _BYTES_PER_SIGN,
        "calculated": field.calculated,
        "calculatedFormula": field.formula if field.calculated else None,
        "createable": field.writable,
        "custom": field.custom,
        "defaultValue": False if field.kind is Kind.BOOLEAN else None,
        "defaultedOnCreate": not field.writable or field.kind is Kind.BOOLEAN,
        "digits": 9 if field.kind is Kind.INT else 0,
        "externalId": field.external_id,
        "filterable": field.filterable,
        "groupable": field.filterable and not is_number,
        "idLookup": field.kind is Kind.ID or field.external_id,
        "label": field.name.removesuffix("__c").replace("_", " "),
        "length": field.length,
        "name": field.name,
        "nameField": field.name == "Name",
        "namePointing": len(field.references) > 1,
        "nillable": not field.required and field.kind is not Kind.BOOLEAN,
        "permissionable": field.writable and not field.required,
        "picklistValues": [_choice(value) for value in field.values],
        "polymorphicForeignKey": len(field.references) > 1,
        "precision": 18 if is_number else 0,
        "referenceTo": list(field.references),
        "relationshipName": field.relationship or None,
        "scale": 2 if is_number else 0,
        "soapType": _SOAP.get(field.kind, "xsd:string"),
        "sortable": field.filterable,
        "type": field.kind.value,
        "updateable": field.writable and entity.has("LastModifiedDate"),
    }


def _choice(value: str) -> dict[str, object]:
    return {
        "active": True,
        "defaultValue": False,
        "label": value,
        "validFor": None,
        "value": value,
    }
