"""The pages that anybody may read: start, how it works, fees, accessibility, privacy."""

from aiohttp import web

from odr.web.render import render


async def show_home(request: web.Request) -> web.Response:
    return render(request, "home/index.html")


async def show_about(request: web.Request) -> web.Response:
    return render(request, "home/about.html")


async def show_fees(request: web.Request) -> web.Response:
    return render(request, "home/fees.html")


async def show_accessibility(request: web.Request) -> web.Response:
    return render(request, "home/accessibility.html")


async def show_privacy(request: web.Request) -> web.Response:
    return render(request, "home/privacy.html")
