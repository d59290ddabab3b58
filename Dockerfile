# vow by itself: one static binary, no shell, no user of its own, nothing that is written to.
#   docker build --tag ghcr.io/integratn/vow:0.1.0 .
FROM rust:1.95-alpine AS build
RUN apk add --no-cache gcc make musl-dev
WORKDIR /src
COPY . .
RUN cargo build --locked --release --bin vow && strip target/release/vow

FROM scratch
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="vow" \
      org.opencontainers.image.description="Kratix promises, checked, rendered and kept" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.source="https://github.com/integratn/vow" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
COPY --from=build /src/target/release/vow /vow
USER 65532:65532
ENTRYPOINT ["/vow"]
