# syntax=docker/dockerfile:1
# The image of every part of the fleet; the command's first words say which part it is. No build step: Node runs the sources.
# Node is the version that the tests ran on (scripts/node/package.json). For production pin it by digest, too.

FROM node:24.21.0-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund

FROM node:24.21.0-bookworm-slim
# What only an intruder would use.
RUN rm -rf /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack /opt/yarn-*
WORKDIR /app
COPY --from=dependencies /app/node_modules ./node_modules
COPY package.json package-lock.json LICENSE ./
COPY bin ./bin
COPY src ./src
COPY templates ./templates
# Where the money journal lies: a new named volume takes its owner from here.
RUN install -d -o 1000 -g 1000 -m 700 /journal
ENV NODE_ENV=production
# uid and gid of `node`, as numbers: Kubernetes' runAsNonRoot reads only those. The root file system may be read-only.
USER 1000:1000
ENTRYPOINT ["node", "bin/certfleet"]
CMD ["--help"]
