"""What `kpiloop init` writes of a Salesforce org: where it is, and which app asks."""

EXAMPLE = """\
base_url = "https://acme.my.salesforce.com"  # the org's My Domain
client_id = "the consumer key"  # of an External Client App; its secret is the key

# A field of your own fills one that the connector does not read:
# [sources.{source}.fields.deals]
# product = "Product_Line__c"
"""
