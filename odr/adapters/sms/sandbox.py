"""A gateway without a network: messages go to a shelf that a page shows, and to the terminal."""

import re
import sys

from odr.ports.sms import Sms, SmsRefused, SmsShelf

_E164 = re.compile(r"\+[1-9]\d{6,14}")


class SandboxSms:
    def __init__(self, shelf: SmsShelf) -> None:
        self._shelf = shelf

    async def send(self, message: Sms) -> None:
        if not _E164.fullmatch(message.to):
            raise SmsRefused
        if await self._shelf.put(message):
            # Standard output, not the log: a visitor needs the code, and the log must not hold it.
            sys.stdout.write(f"[SMS → {message.to}] {message.text}\n")
            sys.stdout.flush()
