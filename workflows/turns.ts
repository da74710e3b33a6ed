import { condition } from '@temporalio/workflow';

/** Lets decisions about one thing happen one after the other: the next sees what the last one decided. */
export function turns(): <T>(decide: () => Promise<T>) => Promise<T> {
  let taken = false;
  return async (decide) => {
    // Between the look and the taking nobody else may run: an awaited look alone lets two in.
    while (taken) await condition(() => !taken);
    taken = true;
    try {
      return await decide();
    } finally {
      taken = false;
    }
  };
}
