/**
 * Each of Jest's workers has a PostgreSQL of its own: a transaction that a test keeps open holds up whoever reads events
 * on the same server, in other databases too.
 */
const urls = (process.env.TEST_POSTGRES_URLS ?? '').split(' ');
process.env.TEST_POSTGRES_URL = urls[Number(process.env.JEST_WORKER_ID ?? 1) - 1] ?? '';
