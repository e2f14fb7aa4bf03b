"""Accounts, their staff roles, sign-in codes and sessions."""

from collections.abc import Collection
from datetime import datetime
from typing import ClassVar
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from odr.db.base import Base
from odr.domain.accounts import Actor, CodeFacts, LinkFacts
from odr.domain.steps import Role


class Account(Base):
    __tablename__ = "accounts"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    phone: Mapped[str] = mapped_column(unique=True)  # E.164
    display_name: Mapped[str] = mapped_column(
        default=""
    )  # staff: given by the court; parties: from the verified card
    created_at: Mapped[datetime]


class StaffRole(Base):
    __tablename__ = "staff_roles"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    role: Mapped[str] = mapped_column(primary_key=True)


class SignInCode(Base):
    __tablename__ = "sign_in_codes"
    audited: ClassVar[bool] = False

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    phone: Mapped[str] = mapped_column(index=True)
    digest: Mapped[bytes]
    sent_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[datetime | None]

    def facts(self) -> CodeFacts:
        return CodeFacts(self.sent_at, self.tries, self.used_at is not None)


class LoginSession(Base):
    """A browser that signed in; only the hash of its cookie is kept."""

    __tablename__ = "sessions"
    audited: ClassVar[bool] = False

    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class DeviceLink(Base):
    """A way to go on with another device: used once, soon over; only the hash of its secret is kept.

    `since`: when the session that made it was opened by a code; the new session is no fresher than that.
    """

    __tablename__ = "device_links"

    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    path: Mapped[str]
    since: Mapped[datetime]
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    def facts(self) -> LinkFacts:
        return LinkFacts(self.made_at, self.used_at is not None)


class AccountRows:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get(self, account_id: UUID) -> Account:
        return await self._session.get_one(Account, account_id)

    async def by_phone(self, phone: str) -> Account | None:
        return await self._session.scalar(select(Account).where(Account.phone == phone))

    def add(self, phone: str, now: datetime, display_name: str = "") -> Account:
        account = Account(id=uuid4(), phone=phone, display_name=display_name, created_at=now)
        self._session.add(account)
        return account

    def give_role(self, account_id: UUID, role: Role) -> None:
        self._session.add(StaffRole(account_id=account_id, role=role.value))

    async def roles(self, account_id: UUID) -> frozenset[Role]:
        rows = await self._session.scalars(select(StaffRole.role).where(StaffRole.account_id == account_id))
        return frozenset(Role(role) for role in rows)

    async def staff(self, role: Role) -> list[Account]:
        """Everybody who holds the role, in the order they joined."""
        rows = await self._session.scalars(
            select(Account)
            .join(StaffRole, StaffRole.account_id == Account.id)
            .where(StaffRole.role == role.value)
            .order_by(Account.created_at, Account.id)
        )
        return list(rows)

    async def codes_since(self, phone: str, since: datetime) -> list[datetime]:
        rows = await self._session.scalars(
            select(SignInCode.sent_at).where(SignInCode.phone == phone, SignInCode.sent_at >= since)
        )
        return list(rows)

    def add_code(self, phone: str, digest: bytes, now: datetime) -> None:
        self._session.add(SignInCode(phone=phone, digest=digest, sent_at=now))

    async def lock_code(self, phone: str) -> SignInCode | None:
        """The newest code sent to the number, held until the transaction ends."""
        return await self._session.scalar(
            select(SignInCode)
            .where(SignInCode.phone == phone)
            .order_by(SignInCode.sent_at.desc())
            .limit(1)
            .with_for_update()
        )

    def add_session(self, token_hash: bytes, account_id: UUID, now: datetime, expires_at: datetime) -> None:
        self._session.add(
            LoginSession(token_hash=token_hash, account_id=account_id, created_at=now, expires_at=expires_at)
        )

    def add_link(self, link: DeviceLink) -> None:
        self._session.add(link)

    async def lock_link(self, token_hash: bytes) -> DeviceLink | None:
        return await self._session.get(DeviceLink, token_hash, with_for_update=True)

    async def actor(self, token_hash: bytes, now: datetime) -> Actor | None:
        """Who the cookie belongs to, or None if the session is over."""
        row = await self._session.scalar(
            select(LoginSession).where(LoginSession.token_hash == token_hash, LoginSession.expires_at > now)
        )
        return Actor(row.account_id, await self.roles(row.account_id), row.created_at) if row else None

    async def open_sessions(self, hashes: Collection[bytes], now: datetime) -> frozenset[bytes]:
        """Those of them that are not over."""
        among = LoginSession.token_hash.in_(hashes)
        return frozenset(
            await self._session.scalars(
                select(LoginSession.token_hash).where(among, LoginSession.expires_at > now)
            )
        )

    async def end_session(self, token_hash: bytes) -> UUID | None:
        """Whose session it was; None if there was none."""
        ended = delete(LoginSession).where(LoginSession.token_hash == token_hash)
        return await self._session.scalar(ended.returning(LoginSession.account_id))
