"""The resolved tables against those of the oracle: every row, every column that KPIs stand on."""

from collections import Counter
from collections.abc import Iterator

from duckdb import DuckDBPyConnection

from oracle.records import Row, rows_of
from oracle.resolving import Tables

COLUMNS = {
    "activities": "id source kind outcome owner_id person_id company_id deal_id campaign_id "
    "happened_at happened_day appointment_at appointment_day",
    "people": "id source country segment product form_id channel campaign_id company_id owner_id "
    "stage created_at created_day became_lead_at became_mql_at became_sql_at became_opportunity_at "
    "became_customer_at became_customer_day opted_out_at",
    "companies": "id source name domain country industry segment product owner_id created_at",
    "campaigns": "id source name channel product owner_id starts_on ends_on created_at",
    "deals": "id source person_id company_id customer_id campaign_id channel country segment "
    "product owner_id pipeline_id stage deal_type amount_home created_at closed_at closed_day "
    "won_at lost_at passed_to_sales_at passed_to_sales_day last_touch",
    "stage_intervals": "person_id source stage is_lead is_first is_rank_up started_at started_day "
    "ended_at ended_day moved_up_at moved_up_day",
    "customer_intervals": "customer_id person_id company_id deal_id channel campaign_id country "
    "segment product owner_id source is_first amount_home started_at ended_at ended_day",
    "deliveries": "id source person_id channel campaign_id variant sent_at delivered_at opened_at "
    "opened_by_human_at is_unreliable clicked_at bounced_at bounce_kind converted_at converted_day "
    "click_converted_at click_converted_day",
    "form_submissions": "source form_id kind variant page person_id channel campaign_id product "
    "submitted_at submitted_day",
    "orders": "id source person_id company_id customer_id deal_id campaign_id channel country "
    "segment product owner_id status is_paid is_purchase amount_home ordered_at ordered_day",
    "page_views": "source page visitor_id visit_id ip daily_ip person_id channel network "
    "campaign_id country form_id variant is_landing viewed_at viewed_day form_sent_at "
    "form_sent_day converted_at converted_day",
    "owners": "id source team is_inside_sales",
    "campaign_members": "id source campaign_id person_id joined_at joined_day responded_at",
    "email_totals": "id source kind campaign_id variant amount sent_at sent_day",
    "figures": "source name channel product country figure_day amount",
    "social_posts": "id source network channel campaign_id product impressions reach likes "
    "comments shares reposts reviews clicks posted_at posted_day",
    "traffic_periods": "id source breakdown channel page campaign_id country traffic_day "
    "page_views visits contacts",
    "survey_responses": "id source kind score lowest highest person_id product answered_at "
    "answered_day",
    "costs": "kind department channel campaign_id product source cost_day amount_home",
}


def table_disagreements(connection: DuckDBPyConnection, tables: Tables) -> Iterator[str]:
    """Every row that only one side has."""
    for table, columns in COLUMNS.items():
        names = columns.split()
        given = [
            row
            for row in rows_of(connection, f"resolved.{table}")
            if table != "stage_intervals" or row["of_entity"] == "people"
        ]
        found, expected = _counted(given, names), _counted(tables[table], names)
        for row in (found - expected).elements():
            yield f"{table}: unexpected {dict(zip(names, row, strict=True))}"
        for row in (expected - found).elements():
            yield f"{table}: missing {dict(zip(names, row, strict=True))}"


def _counted(rows: list[Row], names: list[str]) -> Counter[tuple[object, ...]]:
    return Counter(tuple(row[name] for name in names) for row in rows)
