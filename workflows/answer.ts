/** Says that this service's workers are there. */
export function answer(): Promise<void> {
  return Promise.resolve();
}
