"""The company's mailings and their readers: consistent with its people, and with disagreements."""

from datetime import timedelta

import pytest

from kpiloop_sandbox.company.mailings import Mailing, Readers, plan_mailings
from kpiloop_sandbox.company.model import Channel, Company, Stage
from kpiloop_sandbox.company.opinions import opinion_of
from kpiloop_sandbox.company.reading import Deed, End
from kpiloop_sandbox.company.subscribers import Subscriber, strangers, subscribers_of


@pytest.fixture(scope="module")
def mailings(company: Company) -> tuple[Mailing, ...]:
    """What was sent."""
    return plan_mailings(company.options, company.background.campaigns)


@pytest.fixture(scope="module")
def readers(company: Company, mailings: tuple[Mailing, ...]) -> tuple[Subscriber, ...]:
    """Who reads, of the company's people and besides."""
    known = (
        each
        for person in company.people
        for each in subscribers_of(company.options, mailings, person)
    )
    return (*known, *strangers(company.options, mailings))


def test_about_forty_mailings_in_two_years(mailings: tuple[Mailing, ...]) -> None:
    """Oldest first, each with a key and a name of its own."""
    assert 36 <= len(mailings) <= 48
    assert [each.key for each in mailings] == list(range(len(mailings)))
    assert len({each.name for each in mailings}) == len(mailings)
    assert list(mailings) == sorted(mailings, key=lambda each: each.sent_at)


def test_newsletters_carry_the_campaigns_name_in_their_links(
    company: Company, mailings: tuple[Mailing, ...]
) -> None:
    """Every newsletter campaign of the company was sent, under its own utm_campaign."""
    planned = {
        each.utm_campaign: each.key
        for each in company.background.campaigns
        if each.channel is Channel.EMAIL
    }
    sent = {each.utm_campaign: each for each in mailings if each.utm_campaign in planned}
    assert sent.keys() == planned.keys()
    for utm_campaign, mailing in sent.items():
        assert mailing.campaign == planned[utm_campaign]
        assert all(f"utm_campaign={utm_campaign}" in link for link in mailing.links)


def test_the_same_company_has_the_same_readers(
    company: Company, mailings: tuple[Mailing, ...], readers: tuple[Subscriber, ...]
) -> None:
    """Person by person, whoever else is asked for."""
    person = next(each for each in company.people if each.key == readers[-200].person)
    again = tuple(subscribers_of(company.options, mailings, person))
    assert again == tuple(each for each in readers if each.person == person.key)


def test_readers_are_the_companys_people_and_a_few_others(
    company: Company, readers: tuple[Subscriber, ...]
) -> None:
    """Addresses differ from the CRM's in case alone; strangers are in no CRM."""
    known = {each.key: each for each in company.people}
    addresses = {each.email.lower() for each in company.people if each.email}
    odd = 0
    for reader in readers:
        if reader.person is None:
            assert reader.email.lower() not in addresses
            continue
        typed = known[reader.person].email or ""
        assert reader.email.lower() == typed.lower()
        odd += reader.email != typed
    assert 0 < odd < len(readers) / 10
    assert sum(reader.person is None for reader in readers) == company.options.contacts // 12


def test_customers_read_the_news_for_customers(
    company: Company, readers: tuple[Subscriber, ...]
) -> None:
    """From the moment they became one."""
    bought = {
        person.key: change.at
        for person in company.people
        for change in person.stages
        if change.stage == Stage.CUSTOMER
    }
    own = [each for each in readers if each.readers is Readers.CUSTOMERS]
    assert own
    assert all(each.person in bought for each in own)
    assert all(each.signed_up_at <= bought[each.person or 0] for each in own)


def test_nothing_is_sent_before_the_beginning_or_after_the_end(
    company: Company, readers: tuple[Subscriber, ...]
) -> None:
    """Of a subscription; acts come after sending and before the span's end."""
    for reader in readers:
        for delivery in reader.deliveries:
            assert delivery.sent_at > reader.signed_up_at
            assert reader.lapse is None or delivery.sent_at < reader.lapse.at
            assert all(delivery.sent_at < act.at < company.options.end for act in delivery.acts)
        if reader.pending:
            assert reader.deliveries == ()


def test_most_opt_outs_of_the_crm_are_known_to_the_second_and_some_are_not(
    company: Company, readers: tuple[Subscriber, ...]
) -> None:
    """Real systems disagree: a few opt-outs never reached the e-mail system."""
    opted_out = {each.key: each.opted_out_at for each in company.people if each.opted_out_at}
    told = [each for each in readers if each.person in opted_out and not each.pending]
    same = [
        each
        for each in told
        if each.lapse is not None and each.lapse.at == opted_out[each.person or 0]
    ]
    assert len(told) / 2 < len(same) < len(told)


def test_who_leaves_does_so_because_of_the_last_mailing(readers: tuple[Subscriber, ...]) -> None:
    """Only the last delivery may be to blame, and not when it is long ago."""
    left = [each for each in readers if each.lapse is not None and each.deliveries]
    assert {each.lapse.end for each in left if each.lapse} >= {End.UNSUBSCRIBED, End.BOUNCED}
    for reader in left:
        assert all(each.lapse is None for each in reader.deliveries[:-1])
        blamed = reader.deliveries[-1].lapse
        assert blamed in (None, reader.lapse)
        if blamed is not None:
            assert blamed.at - reader.deliveries[-1].sent_at < timedelta(days=300)


def test_machines_open_and_click_as_well_as_people(readers: tuple[Subscriber, ...]) -> None:
    """Both kinds of acts by both; a person clicks only what they opened."""
    acts = [act for each in readers for delivery in each.deliveries for act in delivery.acts]
    kinds = {(act.deed, act.is_machine) for act in acts}
    assert len(kinds) == 4
    for reader in readers:
        for delivery in reader.deliveries:
            human = [act.deed for act in delivery.acts if not act.is_machine]
            assert not human or human[0] is Deed.OPEN


def test_customers_say_what_they_think_after_a_month(company: Company) -> None:
    """0 to 10, in the span, from some of those who bought."""
    found = [opinion_of(company.options, person) for person in company.people]
    given = [each for each in found if each is not None]
    assert given
    assert all(0 <= each.score <= 10 for each in given)
    assert all(each.given_at < company.options.end for each in given)
