import { join } from 'node:path';
import { ROOT } from './root';

/** For each client and worker; the SDK loads the converter by its path, and so does the bundle of workflows. */
export const DATA_CONVERTER = { payloadConverterPath: join(ROOT, 'workflows', 'payload-converter.ts') };
