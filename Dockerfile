# Debian: the Temporal SDK has no build for Alpine's libc.
FROM node:22.20.0-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --include=dev
COPY tsconfig.json tsconfig.build.json ./
COPY scripts scripts
COPY src src
RUN npm run build && npm run bundle

FROM node:22.20.0-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev && npm cache clean --force

FROM node:22.20.0-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
# Certificates of providers and of Temporal Cloud: the slim image has none for the SDK's own TLS.
RUN apt-get update && apt-get install --yes --no-install-recommends ca-certificates && rm -rf /var/lib/apt/lists/*
COPY --from=dependencies /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY package.json LICENSE ./
USER node
# One image, one process per container: api/main.js, worker/main.js, codec-server/main.js or sandbox/main.js.
ENTRYPOINT ["node", "--enable-source-maps"]
CMD ["dist/api/main.js"]
