# Windvane as an image: docs/container.md says how to build, run and pin it.
#   docker build --tag windvane .
# BASE is any image with Python 3.13 in /usr/local and Debian's dpkg; pin it by its digest:
#   docker build --build-arg BASE=python:3.13-slim-bookworm@sha256:... .
ARG BASE=python:3.13-slim-bookworm

FROM ${BASE} AS app
WORKDIR /source
# Wheels first: a change of our own code leaves this layer in the cache.
COPY requirements/ requirements/
RUN python -m pip install --quiet --no-cache-dir --root-user-action ignore --no-deps \
    --require-hashes --requirement requirements/uv.txt \
    && uv pip install --quiet --no-cache --target /app --python-version 3.13 --only-binary :all: \
        --no-deps --require-hashes -r requirements/functions.txt -r requirements/cli.txt \
        -r requirements/image.txt
COPY infra/ infra/
RUN python -m infra.image_wheels /app
COPY pyproject.toml README.md LICENSE CHANGELOG.md ./
COPY model_export/ model_export/
COPY models/ models/
COPY windvane/ windvane/
RUN uv pip install --quiet --no-cache --target /app --no-deps --require-build-hashes \
    --build-constraints requirements/build.txt .
COPY functions/ /app/functions/
# The file system may be read-only: without byte code each start would compile every module.
RUN python -m compileall -q --invalidation-mode unchecked-hash /app && chmod -R a+rX /app

# The base without what builds and installs. dpkg purges it, so that scanners read true lists.
FROM ${BASE} AS system
RUN rm -rf /usr/local/include /usr/local/bin/pip* /usr/local/bin/idle* /usr/local/bin/pydoc* \
        /usr/local/bin/*-config /usr/local/lib/pkgconfig /usr/local/lib/python3.13/site-packages/* \
        /usr/local/lib/python3.13/ensurepip /usr/local/lib/python3.13/idlelib \
        /usr/local/lib/python3.13/pydoc_data /usr/local/lib/python3.13/turtledemo \
        /usr/local/lib/python3.13/tkinter /usr/local/lib/python3.13/config-* \
        /usr/local/lib/python3.13/lib-dynload/_tkinter* \
        /usr/local/lib/python3.13/lib-dynload/_dbm* /usr/local/lib/python3.13/lib-dynload/_gdbm* \
        /usr/local/share/man /root/.cache \
    && python -m compileall -q --invalidation-mode unchecked-hash /usr/local/lib/python3.13 \
    && useradd --uid 10001 --user-group --no-log-init --home-dir /data --shell /usr/sbin/nologin windvane \
    && install --directory --owner windvane --group windvane --mode 0750 /data \
    && dpkg --purge --force-all adduser apt bash bsdutils debconf diffutils e2fsprogs gpgv libapt-pkg6.0 \
        libdb5.3 libgcrypt20 libgnutls30 libhogweed6 libidn2-0 libnettle8 libp11-kit0 \
        libsystemd0 libtasn1-6 libunistring2 login mount openssl passwd perl-base tar util-linux \
        2>/dev/null \
    && rm -rf /usr/lib/*/gconv /var/cache/* /var/lib/apt /var/log/* /tmp/* /usr/share/man \
    # The packages' licences stay.
    && find /usr/share/doc -type f ! -name copyright -delete

FROM scratch
ARG BASE
ARG VERSION=unknown
ARG REVISION=unknown
LABEL org.opencontainers.image.title="windvane" \
      org.opencontainers.image.description="Sentiment of a text over HTTP: a transformer you own" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.base.name="${BASE}"
# One layer, so that what was removed from the base is not below it.
# hadolint ignore=DL3067
COPY --from=system / /
COPY --from=app /app /app
ENV PATH=/app/bin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    LANG=C.UTF-8 \
    PYTHONPATH=/app \
    PYTHONUNBUFFERED=1 \
    HOST=0.0.0.0 \
    PORT=8080 \
    WINDVANE_RESULT_LOG_URI=sqlite:////data/results.db
WORKDIR /app
USER 10001:10001
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s \
    CMD ["python", "-m", "windvane.server.health_probe"]
ENTRYPOINT ["windvane"]
CMD ["serve"]
