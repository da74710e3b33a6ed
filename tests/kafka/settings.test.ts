import { configFrom } from '../../config';

const BROKERS = { KAFKA_BROKERS: 'a.kafka:9093,b.kafka:9093' };
const TLS = { ...BROKERS, KAFKA_TLS: 'true' };
const SASL = {
  KAFKA_SASL_MECHANISM: 'scram-sha-512',
  KAFKA_SASL_USERNAME: 'haru',
  KAFKA_SASL_PASSWORD: 'secret',
};
const PAIR = { KAFKA_TLS_CERT: 'own.pem', KAFKA_TLS_KEY: 'own.key' };

test('without brokers there is no Kafka; without more it is spoken to in clear', () => {
  expect(configFrom({}).kafka).toBeUndefined();
  expect(configFrom({ KAFKA_TLS: 'false' }).kafka).toBeUndefined();
  expect(configFrom(BROKERS).kafka).toMatchObject({ tls: undefined, sasl: undefined });
});

test('TLS and a password, together or apart', () => {
  expect(configFrom({ ...TLS, ...SASL, ...PAIR, KAFKA_TLS_CA: 'ca.pem' }).kafka).toMatchObject({
    brokers: ['a.kafka:9093', 'b.kafka:9093'],
    tls: { ca: 'ca.pem', own: { cert: 'own.pem', key: 'own.key' } },
    sasl: { mechanism: 'SCRAM-SHA-512', username: 'haru', password: 'secret' },
  });
  expect(configFrom(TLS).kafka?.tls).toEqual({ ca: undefined, own: undefined });
  expect(configFrom({ ...BROKERS, ...SASL }).kafka?.sasl).toMatchObject({ username: 'haru' });
});

test.each([
  [{ ...BROKERS, KAFKA_TLS_CA: 'ca.pem' }, 'KAFKA_TLS_CA needs KAFKA_TLS=true'],
  [{ ...BROKERS, ...PAIR }, 'KAFKA_TLS_CERT, KAFKA_TLS_KEY needs KAFKA_TLS=true'],
  [{ ...TLS, KAFKA_TLS_CERT: 'own.pem' }, 'KAFKA_TLS_KEY must be set with KAFKA_TLS_CERT'],
  [{ ...TLS, KAFKA_TLS_KEY: 'own.key' }, 'KAFKA_TLS_CERT must be set with KAFKA_TLS_CERT, KAFKA_TLS_KEY'],
  [{ ...BROKERS, ...SASL, KAFKA_SASL_PASSWORD: '' }, 'KAFKA_SASL_PASSWORD must be set with'],
  [{ ...BROKERS, KAFKA_SASL_USERNAME: 'haru' }, 'KAFKA_SASL_MECHANISM, KAFKA_SASL_PASSWORD must be set with'],
  [{ ...BROKERS, ...SASL, KAFKA_SASL_MECHANISM: 'gssapi' }, 'KAFKA_SASL_MECHANISM'],
  [{ KAFKA_TLS: 'true' }, 'KAFKA_TLS needs KAFKA_BROKERS'],
  [SASL, 'KAFKA_SASL_MECHANISM needs KAFKA_BROKERS'],
  [{ ...BROKERS, KAFKA_TLS: 'yes' }, 'KAFKA_TLS'],
])('%j is refused, naming what is missing', (env, why) => {
  expect(() => configFrom(env)).toThrow(why);
});
