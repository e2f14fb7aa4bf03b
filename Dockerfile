# One image for the web process and the worker. Built in two stages: the second has no build tools and no cache.
FROM docker.io/library/python:3.12-slim-bookworm AS build
WORKDIR /odr
# For the media plane in C.
RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev libssl-dev
# What changes seldom comes first: the packages are installed again only when their locks change.
COPY requirements requirements
COPY package.json package-lock.json .npmrc ./
COPY tools tools
COPY static static
RUN python tools/install.py build
COPY filing filing
COPY rtc rtc
RUN .venv/bin/python -m rtc.plane.build
COPY odr odr
COPY locales locales
COPY templates templates

FROM docker.io/library/python:3.12-slim-bookworm
# Tesseract is a second reader of photos; the fonts hold rare characters of names.
RUN apt-get update \
    && apt-get install -y --no-install-recommends tesseract-ocr tesseract-ocr-chi-sim fonts-noto-cjk \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /odr odr \
    && install -d -o odr -g odr -m 0700 /data
COPY --from=build /odr /odr
WORKDIR /odr
USER odr
ENV PATH=/odr/.venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    ODR_DATA_DIR=/data ODR_HOST=0.0.0.0 ODR_BEHIND_PROXY=true
VOLUME /data
EXPOSE 8080/tcp 8444/udp
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/healthz', timeout=4)"]
CMD ["python", "-m", "odr", "serve"]
