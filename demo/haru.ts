import { config } from '../config';
import { parseArgs } from 'node:util';
import { ClearError } from '../engine/fail-clearly';
import { ProblemError } from '../packages/client';
import { COMMANDS, type Options } from './commands';
import { originOf } from '../engine/http';

const OPTIONS = {
  as: { type: 'string' },
  url: { type: 'string' },
  token: { type: 'string' },
  key: { type: 'string' },
  since: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

const HELP = `Usage: npm run haru -- <command> [options]

${COMMANDS.map(({ usage, what }) => `  ${usage.padEnd(28)} ${what}`).join('\n')}

  --as <user>      who does it, in development; a demo account has its own roles
  --token <jwt>    a token instead
  --url <origin>   where the API is (${originOf(config)})
  --key <key>      Idempotency-Key: the same act asked for again
  --since <id>     events: those after the message with that number
  --json           the answer as JSON
`;

/** `npm run haru -- book`: what a customer or an operator does, from the command line. */
async function main(args: string[]): Promise<void> {
  const { values, positionals } = parsed(args);
  const [name, ...rest] = positionals;
  if (values.help || name === undefined) {
    console.log(HELP);
    return;
  }
  const command = COMMANDS.find(({ usage }) => usage.split(' ')[0] === name);
  if (!command) throw new ClearError(`There is no ${name}.\n\n${HELP}`);
  const options: Options = { ...values, url: values.url ?? originOf(config) };
  const answer = await command.run(rest, options);
  if (answer) console.log(values.json ? JSON.stringify(answer.data, null, 2) : answer.text);
}

function parsed(args: string[]) {
  try {
    return parseArgs({ args, options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new ClearError(`${(error as Error).message}\n\n${HELP}`);
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  if (error instanceof ProblemError) console.error(`${error.status} ${error.code}: ${error.message}`);
  else if (error instanceof ClearError) console.error(error.message);
  else console.error(`Is Haru running (npm start)? ${String(error)}`);
  process.exitCode = 1;
});
