import { condition } from '@temporalio/workflow';

/** Runs one act at a time: the next sees what the last one decided. */
export type Mutex = <T>(act: () => Promise<T>) => Promise<T>;

export function mutex(): Mutex {
  let locked = false;
  return async (act) => {
    // No await between check and set: an awaited check alone lets two in.
    while (locked) await condition(() => !locked);
    locked = true;
    try {
      return await act();
    } finally {
      locked = false;
    }
  };
}
