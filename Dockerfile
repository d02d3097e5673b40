# One image for producer, worker and dashboard (target `product`). The target `sandbox` adds what compose's profile of
# that name needs: slapd, and a certificate for the Zendesk sandbox, made at build time and good for nothing but the
# host `zendesk`.

FROM debian:bookworm-slim AS certificate
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends openssl \
 && rm -rf /var/lib/apt/lists/*
RUN openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 \
      -subj /CN=zendesk -addext subjectAltName=DNS:zendesk,DNS:localhost -addext basicConstraints=critical,CA:FALSE \
      -keyout /key.pem -out /certificate.pem \
 && chmod a+r /key.pem

FROM node:24-bookworm-slim AS product
WORKDIR /app
ENV NODE_ENV=production
# npm only fetches pnpm; neither runs in the container.
RUN npm install --silent --global pnpm@12.21.0
COPY package.json pnpm-lock.yaml pnpm-workspace.yaml ./
COPY bench/package.json bench/
COPY test/package.json test/
COPY packages/dashboard/package.json packages/dashboard/
COPY packages/history/package.json packages/history/
COPY packages/producer/package.json packages/producer/
COPY packages/sandbox/package.json packages/sandbox/
COPY packages/shared/package.json packages/shared/
COPY packages/worker/package.json packages/worker/
COPY packages/zendesk/package.json packages/zendesk/
RUN pnpm install --prod --frozen-lockfile \
      --filter '@provisioner/producer...' --filter '@provisioner/worker...' \
      --filter '@provisioner/dashboard...' --filter '@provisioner/sandbox...'
COPY packages packages
RUN ln -s /app/packages/producer/bin/provisioner.mjs /usr/local/bin/provisioner
COPY --from=certificate /certificate.pem compose/zendesk-sandbox.pem
# Where the history's file lies: a volume that is mounted here begins with this owner.
RUN install --directory --owner=node --group=node /var/lib/provisioner
ENV PROVISIONER_DATA=/var/lib/provisioner
USER node
CMD ["node", "--max-semi-space-size=16", "packages/producer/bin/provisioner-producer.mjs"]

FROM product AS sandbox
USER root
RUN apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends slapd ldap-utils openssl \
 && rm -rf /var/lib/apt/lists/*
COPY --from=certificate /key.pem compose/zendesk-sandbox-key.pem
COPY scripts/compare.ts scripts/
COPY scripts/compare scripts/compare
USER node
CMD ["node", "packages/sandbox/src/main.ts"]
