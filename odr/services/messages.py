"""Messages on their way out: the worker's side of every SMS."""

from odr.db.outbox import Event
from odr.domain.messages import SMS
from odr.languages import DEFAULT, translate
from odr.ports.sms import Sms, SmsSender


class MessageService:
    """`signature` is the name in 【】 that every Chinese gateway wants in front."""

    def __init__(self, sms: SmsSender, signature: str) -> None:
        self._sms = sms
        self._signature = signature

    async def send_sms(self, event: Event) -> None:
        """Deliver one `sms.send` event: to, template, values, lang."""
        payload = event.payload
        text = translate(SMS[payload["template"]], payload.get("lang", DEFAULT), payload["values"])
        await self._sms.send(Sms(key=str(event.id), to=payload["to"], text=f"【{self._signature}】{text}"))
