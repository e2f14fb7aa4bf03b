"""What the steps of the demonstration share: the court's address, the people, the cases, the results."""

from dataclasses import dataclass, field
from pathlib import Path

from odr.demo.client import Browser, Refused
from odr.demo.court import STAFF
from odr.demo.people import Party, Person
from odr.demo.seats import Seat, leave


@dataclass(slots=True)
class Case:
    """A case as its applicant knows it: what the address names, and whom it is about."""

    letter: str
    applicant: Party
    id: str = ""
    number: str = ""
    judge: Person | None = None  # who reviews the filing

    @property
    def reviewer(self) -> Browser:
        """The browser of the judge who reviews the filing."""
        if self.judge is None:
            raise Refused(f"案件{self.letter}没有分给立案法官")
        return self.judge.browser

    def at(self, rest: str = "") -> str:
        """An address of the case for its parties."""
        return f"/cases/{self.id}/{rest}".rstrip("/")


@dataclass(slots=True)
class Scene:
    """`out` is where results are written; `named` is the mediator, once there is one."""

    origin: str
    out: Path
    wang: Party
    liu: Party
    zhao: Party
    filing_judges: tuple[Person, ...]
    mediators: tuple[Person, ...]
    confirming_judge: Person
    coordinator: Person
    a: Case
    b: Case
    results: list[Path] = field(default_factory=list)
    invitation: str = ""
    named: Person | None = None
    sitting: str = ""
    seats: tuple[Seat, ...] = ()

    @property
    def everybody(self) -> tuple[Person, ...]:
        return (
            *(self.wang, self.liu, self.zhao),
            *self.filing_judges,
            *self.mediators,
            *(self.confirming_judge, self.coordinator),
        )

    @property
    def mediator(self) -> Person:
        if self.named is None:
            raise Refused("没有调解员接到这个案件")
        return self.named

    def write(self, name: str, body: bytes) -> Path:
        path = self.out / name
        path.write_bytes(body)
        if path not in self.results:  # the agreement is written once signed and once sealed
            self.results.append(path)
        return path

    async def close(self) -> None:
        await leave(self.seats)
        for person in self.everybody:
            await person.close()


def open_scene(origin: str, out: Path) -> Scene:
    """The people at their places: two applicants, a respondent, the court's and the mediators' people."""
    staff = {one.name: Person(origin, one.name, one.phone) for one in STAFF}
    wang, liu, zhao = (Party(origin, name) for name in ("wang", "liu", "zhao"))
    return Scene(
        origin,
        out,
        wang,
        liu,
        zhao,
        (staff["立案法官甲"], staff["立案法官乙"]),
        tuple(one for name, one in staff.items() if name.startswith("调解员")),
        staff["司法确认法官"],
        staff["诉调对接专员"],
        Case("A", wang),
        Case("B", liu),
    )
