"""What is known of a demo company to the last record: tests and docs quote it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Counts over all records of a company; deleted ones are included unless the name says so.

    The first group is the business, the second the mess that a real CRM holds and every
    reader of it must survive.
    """

    contacts: int = 0
    live_contacts: int = 0
    companies: int = 0
    live_companies: int = 0
    deals: int = 0
    live_deals: int = 0
    open_deals: int = 0
    won_deals: int = 0
    lost_deals: int = 0
    repeat_orders: int = 0
    customers: int = 0
    customers_with_repeat_orders: int = 0
    steps_back: int = 0
    skipped_stages: int = 0

    opted_out_contacts: int = 0
    deleted_contacts: int = 0
    merged_contacts: int = 0
    duplicate_contacts: int = 0
    staff_contacts: int = 0
    test_contacts: int = 0
    contacts_without_company: int = 0
    contacts_without_email: int = 0
    contacts_with_odd_case_email: int = 0
    contacts_without_country: int = 0
    contacts_with_odd_time_zone: int = 0
    deleted_companies: int = 0
    companies_with_bad_employees: int = 0
    deleted_deals: int = 0
    deals_with_bad_amount: int = 0
    deals_without_amount: int = 0
    deals_in_dollars: int = 0
