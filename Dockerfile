# One image for every process: api, workers, migrations, and outside production the provider simulator.
FROM node:22-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0 HARU_HOME=/app/.haru
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts
COPY . .
# The workflows are bundled once, here, so that a worker serves a second after it starts.
RUN node --import tsx --eval "require('./workers/bundle.ts').workflowBundle(process.env.HARU_HOME)" \
 && chown -R node:node .haru
USER node
CMD ["node", "--import", "tsx", "api/main.ts"]
