/** The services that may be down on their own: one task queue, one worker, one database schema each. */
export const SERVICES = [
  'movie',
  'boxoffice',
  'payment',
  'kickboard',
  'bike',
  'billing',
  'food',
  'delivery',
] as const;
export type Service = (typeof SERVICES)[number];

/** What tells of its events, each in a schema of its own; courses have no queue: the API serves them (decision 021). */
export const DOMAINS = [...SERVICES, 'course'] as const;
export type Domain = (typeof DOMAINS)[number];

/** What follows the events of the services and may be down on its own: pages, and messages to customers. */
export const LISTENERS = ['views', 'notification'] as const;
export type Listener = (typeof LISTENERS)[number];

/** What runs in a worker's process, and so can join a system that was started without it. */
export const JOINERS = [...SERVICES, ...LISTENERS] as const;

export const PARTS = [...DOMAINS, ...LISTENERS] as const;
export type Part = (typeof PARTS)[number];

/** Each has a database URL of its own, so that one can be moved: MOVIE_DATABASE_URL. */
export const SCHEMAS = [...PARTS, 'relay', 'api'] as const;
export type Schema = (typeof SCHEMAS)[number];
