"""The connector keeps the contracts of reading, settings and secrets on an account that lives."""

import shutil
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from kpiloop import Connector, Source
from kpiloop.testing import ReadContract, SecretsContract, SettingsContract, VendorAccount
from kpiloop_mailchimp.reads import Mailchimp
from kpiloop_mailchimp.settings import MailchimpSettings
from kpiloop_sandbox.mailchimp.edits import MemberInput
from kpiloop_sandbox.mailchimp.options import DEFAULT_KEY
from support.living_audience import LivingAudience, living_audience, seed_audience


class MailchimpAccount(VendorAccount):
    """A small company's account, whose clock only the tests move."""

    streams = ("audiences", "members", "archived_members", "campaigns")

    def __init__(self, living: LivingAudience) -> None:
        self.living = living
        self._numbers = count(1)

    @property
    def base_url(self) -> str:
        """Where the simulated API is."""
        return self.living.base_url

    def make_connector(self, base_url: str) -> Connector[Any]:
        """The connector, by the account's own clock."""
        settings = MailchimpSettings(api_key=SecretStr(DEFAULT_KEY), base_url=base_url)
        return Mailchimp(settings, Source(name="mailchimp", share=1.0, clock=self.living.clock))

    def settle(self) -> None:
        """An hour passes."""
        self.living.wait(timedelta(hours=1))

    def edit_one(self) -> str:
        """Another first name for a member."""
        self.living.clock.advance(1)
        number = next(self._numbers)
        member = self.living.members("subscribed")[number]
        given = MemberInput(merge_fields={"FNAME": f"Other {number}"})
        self.living.edit(member["list_id"]).change(member, given)
        return locator(member)

    def delete_one(self) -> str:
        """A member is archived, as Mailchimp calls deleting."""
        self.living.clock.advance(1)
        member = self.living.members("subscribed")[0]
        self.living.edit(member["list_id"]).archive(member)
        return locator(member)

    def add_at_one_time(self, count: int) -> Sequence[str]:
        """New members, as an import makes them."""
        edit = self.living.edit(self.living.audiences()[0])
        start = next(self._numbers) * 1_000
        made = [
            edit.add(
                MemberInput(email_address=f"i{start + each}@client.example", status="subscribed")
            )
            for each in range(count)
        ]
        return [locator(each) for each in made]


def locator(member: Mapping[str, Any]) -> str:
    """The id by which kpiloop knows a member."""
    return f"{member['list_id']}:{member['contact_id']}"


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of the account, as every test finds it."""
    path = tmp_path_factory.mktemp("mailchimp") / "account.sqlite"
    seed_audience(path, 60)
    return path


@pytest.fixture
def account(seeded: Path, tmp_path: Path) -> Iterator[MailchimpAccount]:
    """The account, served."""
    own = Path(shutil.copy(seeded, tmp_path / "account.sqlite"))
    with living_audience(own) as living:
        yield MailchimpAccount(living)


class TestReads(ReadContract):
    """Mailchimp is read as kpiloop expects it of any system."""


class TestSettings(SettingsContract):
    """Mailchimp's settings explain themselves."""


class TestSecrets(SecretsContract):
    """Mailchimp's key is shown to nobody."""
