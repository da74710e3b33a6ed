export default async function standDown(): Promise<void> {
  await globalThis.standDown?.();
}
