/**
 * Each of Jest's workers has a PostgreSQL of its own: a transaction that a test keeps open holds up whoever reads events
 * on the same server, in other databases too. By its owner, and by the role that Haru's processes work as.
 */
const mine = (urls = '') => urls.split(' ')[Number(process.env.JEST_WORKER_ID ?? 1) - 1] ?? '';
process.env.TEST_POSTGRES_URL = mine(process.env.TEST_POSTGRES_URLS);
process.env.TEST_POSTGRES_APP_URL = mine(process.env.TEST_POSTGRES_APP_URLS);
