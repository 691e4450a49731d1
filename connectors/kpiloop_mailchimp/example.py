"""What `kpiloop init` writes of a Mailchimp account: nothing but the key is needed."""

EXAMPLE = """
# A merge field of your own fills a field that the connector does not read:
# [sources.{source}.fields.contacts]
# product = "merge_fields.PRODUCT"
"""
