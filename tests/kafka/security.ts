import { withAdmin, type KafkaSettings } from '../../events/kafka/client';

/** A listener that asks for TLS and a password. @param settings that it lets in */
export function security(settings: () => KafkaSettings): void {
  const topics = (changed: Partial<KafkaSettings>) =>
    withAdmin({ ...settings(), ...changed }, (admin) => admin.listTopics());
  const sasl = () => settings().sasl!;

  test('the password is asked for, by either mechanism', async () => {
    expect(await topics({})).toBeInstanceOf(Array);
    expect(await topics({ sasl: { ...sasl(), mechanism: 'PLAIN' } })).toBeInstanceOf(Array);
  });

  test.each([
    ['a wrong password', () => ({ sasl: { ...sasl(), password: 'wrong' } }), 'authentication failed'],
    [
      'a mechanism that the broker has not',
      () => ({ sasl: { ...sasl(), mechanism: 'SCRAM-SHA-512' as const } }),
      'mechanism',
    ],
    ['nobody whom we trust', () => ({ tls: {} }), 'certificate'],
    ['no TLS', () => ({ tls: undefined }), ''],
  ])('%s is refused, and said so', async (_, change, why) => {
    const error = await topics(change()).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Error);
    expect(causesOf(error)).toMatch(why);
  });

  test('a PEM file that is not there is named', async () => {
    await expect(topics({ tls: { ca: '/nowhere/ca.pem' } })).rejects.toThrow('/nowhere/ca.pem');
  });
}

/** The messages of an error and of all that caused it. */
function causesOf(error: any): string {
  if (error === undefined) return '';
  return [error.message, ...[error.cause, ...(error.errors ?? [])].map(causesOf)].join(' | ');
}
