import { asUserOf, connect } from '../activities/database';
import { config, DOMAINS } from '../config';
import { Outbox } from '../events/outbox';
import { VIEWS } from '../views/all';
import { rebuild } from '../views/rebuild';

const SAY_EVERY_MS = 1_000;
const NAME = { name: 'haru views:rebuild' };

/** `npm run views:rebuild`, or with names: makes pages anew from all events while everything goes on. */
async function main(names: readonly string[]): Promise<void> {
  const unknown = names.filter((name) => !VIEWS.some((view) => view.name === name));
  if (unknown.length > 0) {
    process.stderr.write(
      `No view ${unknown.join(', ')}. There are: ${VIEWS.map(({ name }) => name).join(', ')}\n`,
    );
    process.exitCode = 2;
    return;
  }
  const db = connect(asUserOf(config.databases.views, config.databaseOwner), 4, NAME);
  const readers = DOMAINS.map((domain) => connect(config.databases[domain], 2, NAME));
  const outboxes = DOMAINS.map((domain, n) => new Outbox(readers[n] as (typeof readers)[number], domain));
  try {
    for (const view of VIEWS.filter(({ name }) => names.length === 0 || names.includes(name))) {
      const { rows, events, different } = await rebuild(db, view, outboxes, progressOf(view.name));
      console.log(`${view.name}: ${rows} rows from ${events} events${verdictOn(different)}.`);
    }
  } finally {
    await Promise.all([db, ...readers].map((pool) => pool.destroy()));
  }
}

const verdictOn = (different: number | undefined): string => {
  if (different === undefined) return '';
  return different === 0 ? ', identical to the live one' : `, ${different} rows unlike the live one`;
};

function progressOf(name: string): (events: number) => void {
  let last = Date.now();
  return (events) => {
    if (Date.now() - last < SAY_EVERY_MS) return;
    last = Date.now();
    console.log(`${name}: ${events} events …`);
  };
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`Not rebuilt: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
