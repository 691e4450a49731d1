"""What all sections of kpiloop.toml share: strictness, and the types of their values."""

from calendar import monthrange
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict

from kpiloop.kpi.names import LEGAL_NAME, NAME

_MONTH = "%Y-%m"


class Section(BaseModel):
    """One table of kpiloop.toml; a key that it does not know is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


def _amount(value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise ValueError("must be a number, without quotes")  # noqa: TRY004 - pydantic's protocol
    amount = Decimal(str(value))
    if not amount.is_finite():
        raise ValueError("must be a finite number")
    return amount


def _currency(value: str) -> str:
    if len(value) != 3 or not value.isascii() or not value.isalpha() or not value.isupper():  # noqa: PLR2004 - ISO 4217
        raise ValueError(f"{value!r} is no currency code: three capital letters, such as EUR")
    return value


def _name(value: str) -> str:
    if not NAME.fullmatch(value):
        raise ValueError(f"{value!r} is no legal name: {LEGAL_NAME}")
    return value


def _first_day(value: object) -> date:
    return _day(value) or _month(value)


def _last_day(value: object) -> date:
    if day := _day(value):
        return day
    month = _month(value)
    return month.replace(day=monthrange(month.year, month.month)[1])


def _day(value: object) -> date | None:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _month(value: object) -> date:
    try:
        return datetime.strptime(str(value), _MONTH).date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        raise ValueError('must be a day (2026-01-31) or a month in quotes ("2026-01")') from None


Amount = Annotated[Decimal, BeforeValidator(_amount)]
"""A number, exact as written."""
Currency = Annotated[str, AfterValidator(_currency)]
"""ISO 4217."""
Name = Annotated[str, AfterValidator(_name)]
FirstDay = Annotated[date, BeforeValidator(_first_day)]
"""A day; a month means its first."""
LastDay = Annotated[date, BeforeValidator(_last_day)]
"""A day; a month means its last."""
