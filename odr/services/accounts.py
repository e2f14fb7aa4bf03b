"""Sign-in by a code sent to the phone, and the sessions that follow."""

import hashlib
import hmac
import secrets
from collections.abc import Collection, Iterable
from datetime import timedelta
from uuid import UUID

from odr.db.accounts import DeviceLink
from odr.db.uow import Database
from odr.domain.accounts import (
    ANONYMOUS,
    SESSION_LIFETIME,
    SIGNED_OUT,
    Actor,
    check_code,
    check_link,
    may_send_code,
    normal_phone,
)
from odr.domain.permissions import signed_in
from odr.domain.steps import Role
from odr.errors import NotFound, NotPermitted, OdrError
from odr.ports.clock import Clock


class AccountService:
    """`secret` keys the digests of codes, so that a copy of the database opens no session."""

    def __init__(self, db: Database, clock: Clock, secret: bytes) -> None:
        self._db = db
        self._clock = clock
        self._secret = secret

    async def send_code(self, phone: str) -> str:
        """Send a sign-in code; the number in E.164."""
        number, now, code = normal_phone(phone), self._clock.now(), f"{secrets.randbelow(10**6):06}"
        async with self._db.begin() as tx:
            may_send_code(await tx.accounts.codes_since(number, now - timedelta(hours=1)), now)
            tx.accounts.add_code(number, self._digest(number, code), now)
            tx.outbox.add("sms.send", at=now, to=number, template="sign_in", values={"code": code})
        return number

    async def sign_in(self, phone: str, code: str) -> str:
        """Open a session and return its token; the account is made at the first sign-in."""
        number, now = normal_phone(phone), self._clock.now()
        refusal: OdrError | None = None
        token = secrets.token_urlsafe(32)
        async with self._db.begin() as tx:
            row = await tx.accounts.lock_code(number)
            matches = row is not None and hmac.compare_digest(row.digest, self._digest(number, code.strip()))
            try:
                check_code(row.facts() if row else None, matches=matches, now=now)
            except OdrError as error:
                refusal = error  # the try counts, so the transaction must commit
            if row is not None:
                row.tries += 1
            if row is not None and refusal is None:
                row.used_at = now
                account = await tx.accounts.by_phone(number)
                if account is None:
                    account = tx.accounts.add(number, now)
                    tx.audit.add(Actor(account.id), "account.open", "account", account.id, at=now)
                tx.accounts.add_session(_hash(token), account.id, now, now + SESSION_LIFETIME)
        if refusal is not None:
            raise refusal
        return token

    async def actor(self, token: str | None) -> Actor:
        """Who a session cookie belongs to; ANONYMOUS if it is missing or over."""
        if not token:
            return ANONYMOUS
        async with self._db.read() as tx:
            return await tx.accounts.actor(_hash(token), self._clock.now()) or ANONYMOUS

    async def sign_out(self, token: str | None) -> None:
        """End the session; the web process that holds sockets of its pages is told to close them."""
        if token:
            async with self._db.begin() as tx:
                account_id = await tx.accounts.end_session(_hash(token))
                if account_id is not None:
                    news = {"session": session_mark(token)}
                    tx.pushes.add(account_id, SIGNED_OUT, news, self._clock.now())

    async def over(self, marks: Collection[str]) -> frozenset[str]:
        """Those of the sessions that have ended, by time or by the person."""
        async with self._db.read() as tx:
            still = await tx.accounts.open_sessions(
                [bytes.fromhex(mark) for mark in marks], self._clock.now()
            )
        return frozenset(marks) - {one.hex() for one in still}

    async def link_device(self, actor: Actor, path: str) -> str:
        """The secret of a link that opens one session of this account, at `path`, on another device.

        Staff sign in by their own code everywhere: what their accounts may do is never handed on.
        """
        account_id, now, token = signed_in(actor), self._clock.now(), secrets.token_urlsafe(32)
        if actor.staff_roles:
            raise NotPermitted
        async with self._db.begin() as tx:
            link = DeviceLink(token_hash=_hash(token), account_id=account_id, path=path)
            link.since, link.made_at = actor.since or now, now
            tx.accounts.add_link(link)
            tx.audit.add(actor, "session.link", "account", account_id, at=now)
        return token

    async def linked_phone(self, token: str) -> str:
        """Whose link it is, to be shown before it is used; NotAllowed when it opens nothing any more."""
        async with self._db.read() as tx:
            link = await tx.accounts.lock_link(_hash(token))
            check_link(link.facts() if link else None, self._clock.now())
            return (await tx.accounts.get(link.account_id)).phone if link else ""

    async def use_link(self, token: str) -> tuple[str, str]:
        """A new session on this device, and where it goes on; the link is spent by it."""
        now, session = self._clock.now(), secrets.token_urlsafe(32)
        async with self._db.begin() as tx:
            link = await tx.accounts.lock_link(_hash(token))
            check_link(link.facts() if link else None, now)
            if link is None:
                raise NotFound
            link.used_at = now
            ends = link.since + SESSION_LIFETIME
            tx.accounts.add_session(_hash(session), link.account_id, link.since, ends)
            tx.audit.add(Actor(link.account_id), "session.resume", "account", link.account_id, at=now)
            return session, link.path

    async def ensure_staff(self, phone: str, display_name: str, roles: Iterable[Role]) -> UUID:
        """The staff account of this number, made or completed: how an operator appoints people."""
        number, now = normal_phone(phone), self._clock.now()
        async with self._db.begin() as tx:
            account = await tx.accounts.by_phone(number)
            if account is None:
                account = tx.accounts.add(number, now, display_name)
                await tx.flush()
            missing = frozenset(roles) - await tx.accounts.roles(account.id)
            for role in sorted(missing):
                tx.accounts.give_role(account.id, role)
                tx.audit.add(ANONYMOUS, "account.appoint", "account", account.id, at=now, given=role.value)
            tx.audit.add(ANONYMOUS, "account.ensure", "account", account.id, at=now)
        return account.id

    def _digest(self, number: str, code: str) -> bytes:
        return hmac.digest(self._secret, f"{number}:{code}".encode(), "sha256")


def session_mark(token: str) -> str:
    """What names a session to those who must know it again, and opens nothing."""
    return _hash(token).hex()


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
