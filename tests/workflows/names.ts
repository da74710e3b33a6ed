/** Layers of the repository in which each domain has a folder of its own. */
export const LAYERS = ['workflows', 'activities', 'migrations', 'api'] as const;

/** What a domain has in each layer, under the same names everywhere. */
const EVERYWHERE: readonly (readonly [layer: string, file: string | RegExp])[] = [
  ['workflows', 'contract.ts'],
  ['activities', 'activities.ts'],
  ['activities', 'events.ts'],
  ['activities', 'repository.ts'],
  ['migrations', /^001_[a-z_]+\.sql$/],
];

/** What a domain has that only follows the events of others. */
const LISTENING: typeof EVERYWHERE = [
  ['activities', 'consumer.ts'],
  ['activities', 'repository.ts'],
  ['migrations', /^001_[a-z_]+\.sql$/],
];

/** What a domain has that nobody waits for and nothing undoes: the API serves it. */
const PLAIN: typeof EVERYWHERE = [
  ['activities', 'events.ts'],
  ['activities', 'repository.ts'],
  ['migrations', /^001_[a-z_]+\.sql$/],
  ['api', 'problems.ts'],
  ['api', 'routes.ts'],
];

/** A domain with a flow of its own says apart how it is spoken to, by which rules it goes, and how it goes on after a loss. */
const WITH_A_FLOW: typeof EVERYWHERE = [
  ['workflows', 'messages.ts'],
  ['workflows', 'policy.ts'],
  ['workflows', 'steps.ts'],
  ['activities', 'recovery.ts'],
  ['api', 'problems.ts'],
];

/** What asks for the steps of another domain is no flow. */
const NO_FLOW = /^(contract|messages|policy(\.test)?|steps)\.ts$/;

/** Schemas that belong to no domain: the API's own, the simulator's, the publishers', and those of pages. */
const OTHER_MIGRATIONS = ['api', 'psp', 'relay', 'views'];

/** Names that say nothing, or what a file is made of in place of what it is about. */
const EMPTY = /(^|[-.])(utils?|helpers?|common|base|manager|impl|misc|types|index|service)\.ts$/i;

/**
 * What is out of order in the names of the domains' files.
 * @param files such as "workflows/movie/contract.ts"
 * @param services the domains that have a task queue
 * @param plain those that tell of themselves, and have none
 */
export function disorder(
  files: readonly string[],
  services: readonly string[],
  plain: readonly string[],
): string[] {
  const inFolders = files.map((file) => file.split('/')).filter((parts) => parts.length === 3);
  const namesIn = (layer: string, domain: string) =>
    inFolders.filter(([l, d]) => l === layer && d === domain).map(([, , name]) => name ?? '');
  const domains = new Set([
    ...services,
    ...plain,
    ...inFolders.flatMap(([layer, domain]) => (layer !== 'api' && domain ? [domain] : [])),
  ]);
  for (const other of OTHER_MIGRATIONS) domains.delete(other);

  const wrong: string[] = [];
  for (const domain of [...domains].sort()) {
    const listens = namesIn('activities', domain).includes('consumer.ts');
    const isPlain = plain.includes(domain);
    if (isPlain && namesIn('workflows', domain).length > 0)
      wrong.push(`${domain} has a workflow, and no queue`);
    if (!listens && !isPlain && !services.includes(domain)) wrong.push(`${domain} is no service`);
    const flows = !isPlain && namesIn('workflows', domain).some((name) => !NO_FLOW.test(name));
    const expected = listens ? LISTENING : isPlain ? PLAIN : [...EVERYWHERE, ...(flows ? WITH_A_FLOW : [])];
    for (const [layer, file] of expected) {
      const there = namesIn(layer, domain).some((name) =>
        typeof file === 'string' ? name === file : file.test(name),
      );
      if (!there) wrong.push(`${layer}/${domain}/ has no ${typeof file === 'string' ? file : file.source}`);
    }
    const api = namesIn('api', domain);
    if (!isPlain && api.length > 0 && !api.includes('routes.ts'))
      wrong.push(`api/${domain}/ has no routes.ts`);
  }
  return [...wrong, ...files.filter((file) => EMPTY.test(file)).map((file) => `${file} says nothing`)];
}
