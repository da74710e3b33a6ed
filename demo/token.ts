import { ACCOUNTS } from '../api/dev/accounts';
import { ROLES } from '../api/caller';
import { ClearError } from '../engine/fail-clearly';
import { tokenOf } from '../engine/http';
import { originOf } from './origin';

const USAGE = `Usage: npm run token -- <user> [<role> …]
  ${ACCOUNTS.map(({ user, roles }) => `${user.padEnd(8)} ${roles.join(' ')}`).join('\n  ')}
  Anyone else is a customer, unless roles are given: ${ROLES.join(', ')}.`;

/** `npm run token -- minji`: prints a token for the API, and nothing else. */
async function main([user, ...roles]: string[]): Promise<void> {
  if (user === undefined || roles.some((role) => !ROLES.some((known) => known === role)))
    throw new ClearError(USAGE);
  const usual = ACCOUNTS.find((account) => account.user === user)?.roles ?? ['customer'];
  console.log(await tokenOf(originOf(), user, roles.length > 0 ? roles : usual));
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof ClearError ? error.message : error);
  process.exitCode = 1;
});
