import { config } from '../config';

/** Where the API of `npm start` answers. */
export const originOf = (): string =>
  `http://${config.host === '0.0.0.0' ? '127.0.0.1' : config.host}:${config.ports.api}`;
