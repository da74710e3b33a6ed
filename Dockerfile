# One image for every process: api, workers, migrations, and outside production the provider simulator.
FROM node:24.21.0-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0 HARU_HOME=/app/.haru
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts
COPY . .
# Compiled once, here, and the workflows bundled, so that a worker serves a second after it starts. Operators run
# `node dist/operations/audit.js` and its neighbours.
RUN node --eval "import('./engine/compile.mjs').then(({ compile }) => compile(process.cwd(), [ \
      'api/main.ts', 'workers/main.ts', 'workers/bundle.ts', 'migrations/main.ts', 'psp/main.ts', \
      'operations/audit.ts', 'operations/ops.ts', 'operations/rebuild-views.ts']))" \
 && node --eval "require('./dist/workers/bundle.js').workflowBundle(process.env.HARU_HOME)" \
 && chown -R node:node .haru
ENV NODE_OPTIONS="--require=/app/engine/source-maps.cjs --require=/app/engine/workflow-threads.cjs"
USER node
CMD ["node", "dist/api/main.js"]
