"""The way of the network identity service through its pages, with the app that the sandbox plays."""

import re
from pathlib import Path

from tests.support.filings import citizen, open_account
from tests.support.pages import served


async def test_a_person_is_verified_with_a_certificate_and_never_types_a_number(tmp_path: Path) -> None:
    async with served(tmp_path) as pages:
        await pages.sign_in("wu", await open_account(pages.platform.db, "wu", pages.platform.clock.now()))
        assert 'href="/me/identity/network"' in await pages.get("wu", "/me/identity")
        assert "/sandbox/network-identity?back=" in await pages.get("wu", "/me/identity/network")
        assert "模拟" in await pages.get("wu", "/sandbox/network-identity?back=/me/identity/network")
        form = {"citizen": "wu", "back": "/me/identity/network"}
        page = await pages.post("wu", "/sandbox/network-identity", form)
        (certificate,) = re.findall(r'name="certificate" value="([^"]+)"', page)
        page = await pages.post("wu", "/me/identity/network", {"certificate": certificate})
        assert "身份核验已通过" in page
        assert citizen("wu").name in page
        page = await pages.post("wu", "/me/identity/network", {"certificate": "false"}, status=422)
        assert citizen("wu").id_number not in page


async def test_who_chooses_the_network_identity_without_using_it_is_told_what_to_do(tmp_path: Path) -> None:
    async with served(tmp_path) as pages:
        wu = await open_account(pages.platform.db, "wu", pages.platform.clock.now())
        await pages.sign_in("wu", wu)
        case = await pages.platform.drafts.start(wu, {})
        await pages.post("wu", f"/cases/{case}/draft/plaintiff_kind", {"value": "person"})
        form = {"value": "network"}
        page = await pages.post("wu", f"/cases/{case}/draft/plaintiff_paper", form, status=422)
        assert "还没有在本平台使用过网号" in page
