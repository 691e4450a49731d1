"""What `kpiloop init` writes of a HubSpot account: nothing but the key is needed."""

EXAMPLE = """\
# campaigns = false  # an account without Marketing Hub Professional

# A property of your own in place of one that the connector reads:
# [sources.{source}.fields.deals]
# product = "properties.product_line"
"""
