# syntax=docker/dockerfile:1
# Debian's packages are not pinned: a stable release only brings fixes.
# hadolint global ignore=DL3008

FROM node:20-bookworm-slim AS web
WORKDIR /build/web
COPY web/package.json web/package-lock.json web/.npmrc ./
RUN npm ci --no-audit --no-fund
COPY openapi /build/openapi
COPY docs/examples /build/docs/examples
COPY web ./
RUN npm run build

FROM rust:1.95-slim-bookworm AS server
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpq-dev pkg-config gcc libc6-dev \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /build
COPY Cargo.toml Cargo.lock ./
COPY migrations ./migrations
COPY seed ./seed
COPY openapi ./openapi
COPY src ./src
# The palette that the map style shares with the web app.
COPY web/src/lib/palette.json ./web/src/lib/palette.json
COPY tests ./tests
COPY --from=web /build/web/dist ./web/dist
RUN cargo build --release --locked --bin sentra

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpq5 ca-certificates curl \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /data sentra \
    && install -d -o sentra -g sentra /data
COPY --from=server /build/target/release/sentra /usr/local/bin/sentra
USER 10001
WORKDIR /data
VOLUME /data
# For PostgreSQL: DATABASE_URL=postgres://user@host/database
ENV DATABASE_URL=sqlite:///data/sentra.db SENTRA_LISTEN=0.0.0.0:8080
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=3s --start-period=30s \
    CMD ["curl", "--fail", "--silent", "--output", "/dev/null", "http://127.0.0.1:8080/readyz"]
# `seed` loads the reference codes and, on a new database, runs the migrations.
CMD ["sh", "-c", "sentra migrate && sentra seed && exec sentra serve"]
