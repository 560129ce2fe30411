# One image for the worker, the allocator, the sandbox bank and every command; what runs is chosen
# by the arguments. `npm run image-check` builds the same files without an engine and runs them.

FROM node:22.23.2-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json ./
COPY scripts scripts
COPY activities activities
COPY adapters adapters
COPY allocator allocator
COPY bank bank
COPY contracts contracts
COPY domain domain
COPY policies policies
COPY proof proof
COPY templates templates
COPY workers workers
COPY workflows workflows
RUN node scripts/build.mjs

# Without the tools of developers, and without the embedded PostgreSQL.
FROM node:22.23.2-bookworm-slim AS packages
WORKDIR /packages
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund

FROM node:22.23.2-bookworm-slim
# Certificates of the public authorities, for a Temporal service reached by TLS.
RUN apt-get update \
  && apt-get install --yes --no-install-recommends ca-certificates \
  && rm -rf /var/lib/apt/lists/* \
  && install --directory --owner=node --group=node --mode=0700 \
    /var/lib/makewhole /var/lib/makewhole-bank /var/lib/makewhole-public
ENV NODE_ENV=production
ENV MAKEWHOLE_STATE=/var/lib/makewhole
WORKDIR /app
COPY package.json LICENSE verify.mjs ./
COPY adapters/postgres/migrations adapters/postgres/migrations
COPY allocator/migrations allocator/migrations
COPY policies policies
COPY templates templates
COPY --from=packages /packages/node_modules node_modules
COPY --from=build /build/dist dist
USER node
ENTRYPOINT ["node", "--disable-warning=ExperimentalWarning"]
CMD ["dist/workers/remediation-worker.js"]
