"""The properties of activities, surveys and commerce that every HubSpot account has."""

_CHANGED = """
hs_lastmodifieddate         datetime    date            Last modified date          read_only
"""
_CALLS = """
hs_timestamp                datetime    date            Activity date
hs_call_title               string      text            Call title
hs_call_status              enumeration select          Call status                 external
hs_call_direction           enumeration select          Call direction              external
hs_call_disposition         enumeration select          Call outcome                external
hs_call_duration            number      number          Call duration
"""
_MEETINGS = """
hs_timestamp                datetime    date            Activity date
hs_meeting_title            string      text            Meeting name
hs_meeting_outcome          enumeration select          Meeting outcome             external
hs_meeting_start_time       datetime    date            Meeting start time
hs_meeting_end_time         datetime    date            Meeting end time
"""
_FEEDBACK = """
hs_survey_id                string      text            Survey ID                   read_only
hs_survey_name              string      text            Survey name                 read_only
hs_survey_type              enumeration select          Survey type        read_only external
hs_survey_channel           enumeration select          Survey channel     read_only external
hs_value                    number      number          Rating                      read_only
hs_content                  string      textarea        Response                    read_only
hs_response_group           enumeration select          Sentiment          read_only external
hs_submission_timestamp     datetime    date            Date submitted              read_only
hs_contact_id               number      number          Contact ID                  read_only
hs_contact_email_rollup     string      text            Contact email               read_only
"""
_PRODUCTS = """
name                        string      text            Name
hs_sku                      string      text            SKU
hs_product_type             enumeration select          Product type                external
price                       number      number          Unit price
"""
_LINE_ITEMS = """
name                        string      text            Name
hs_product_id               number      number          Product ID
hs_sku                      string      text            SKU
quantity                    number      number          Quantity
price                       number      number          Unit price
amount                      number      number          Net price                   read_only
hs_line_item_currency_code  enumeration select          Currency                    external
"""
_ORDERS = """
hs_order_name               string      text            Order name
hs_external_order_id        string      text            External order ID
hs_external_order_status    string      text            External order status
hs_external_created_date    datetime    date            External created date
hs_payment_status           string      text            Payment status
hs_fulfillment_status       string      text            Fulfillment status
hs_billing_address_email    string      text            Billing address email
hs_currency_code            enumeration select          Currency code               external
hs_subtotal_price           number      number          Subtotal price
hs_total_price              number      number          Total price
"""
MORE_TABLES = {
    "calls": _CHANGED + _CALLS,
    "meetings": _CHANGED + _MEETINGS,
    "feedback_submissions": _CHANGED + _FEEDBACK,
    "products": _CHANGED + _PRODUCTS,
    "line_items": _CHANGED + _LINE_ITEMS,
    "orders": _CHANGED + _ORDERS,
}
"""Object type → its properties, a line each: name, type, field, label, marks."""
