import { billIdOf } from '../../workflows/billing/contract';
import { card } from '../cinema';
import type { TestClient } from '../test-client';
import { Fleet } from '../fleet';
import type { TestStack } from '../test-stack';

/** Waits until a domain has told this of a thing, and nothing else. */
export type Told = (domain: string, id: string, what: string) => Promise<void>;

const bringBack = async (customer: TestClient, hire: string) => {
  expect((await customer.post(`/v1/${hire}/return`, { location: '판교' })).status).toBe(200);
};

/** What riders and managers do, and what is told of it, once each and in this order. */
export const VEHICLES: Record<string, (stack: TestStack, told: Told) => Promise<void>> = {
  'a pass that is bought, and ridden on': async (stack, told) => {
    const [fleet, minji] = [await Fleet.open(stack), await stack.signIn()];
    const [pass, kickboard] = [await fleet.pass(minji), await fleet.kickboard()];
    const ride = await fleet.ride(minji, kickboard, pass);
    await bringBack(minji, `rides/${ride}`);
    await fleet.admin.call('DELETE', `/v1/kickboards/${kickboard}`);
    await told('kickboard', pass, 'pass-opened, pass-bought, pass-used');
    await told('kickboard', ride, 'rented, returned');
    await told('kickboard', kickboard, 'registered, removed');
    await told('payment', pass, 'charge-sent, captured');
  },
  'a pass that is never paid': async (stack, told) => {
    const minji = await stack.signIn();
    await minji.post('/v1/passes', { type: '1', payment: card('tok_declined') });
    const { id } = await stack.db('kickboard.passes').where({ customer: minji.user }).first();
    await told('kickboard', id as string, 'pass-opened, pass-refused');
  },
  'rentals, of which the deposit pays one at once and one in the end': async (stack, told) => {
    const [fleet, minji] = [await Fleet.open(stack), await stack.signIn()];
    const bikes = [await fleet.bike(), await fleet.bike()] as const;
    await told('bike', bikes[0], 'registered');
    await fleet.topUp(minji, 1_000);
    const [paid, unpaid] = [await fleet.rent(minji, bikes[0]), await fleet.rent(minji, bikes[1])];
    await bringBack(minji, `rentals/${paid}`);
    await told('billing', billIdOf(paid), 'opened, assessed, closed');
    await bringBack(minji, `rentals/${unpaid}`);
    await told('billing', billIdOf(unpaid), 'opened, assessed, unpaid');
    await fleet.topUp(minji, 1_000);
    await told('billing', billIdOf(unpaid), 'opened, assessed, unpaid, closed');
    for (const id of [paid, unpaid]) {
      await told('bike', id, 'rented, returned');
      await told('payment', id, 'deposit-moved');
    }
    await fleet.admin.call('DELETE', `/v1/bikes/${bikes[0]}`);
    await told('bike', bikes[0], 'registered, removed');
  },
  'a station that opens, moves and closes': async (stack, told) => {
    const fleet = await Fleet.open(stack);
    const [station, { admin }] = [await fleet.station(), fleet];
    expect((await admin.call('PATCH', `/v1/stations/${station}`, { lat: 37.3 })).status).toBe(200);
    expect((await admin.call('PATCH', `/v1/stations/${station}`, { lat: 37.3 })).status).toBe(200);
    expect((await admin.call('DELETE', `/v1/stations/${station}`)).status).toBe(204);
    await told('bike', station, 'station-added, station-changed, station-removed');
  },
  'points that are earned, and become money': async (stack, told) => {
    const fleet = await Fleet.open(stack);
    const manager = await fleet.manager();
    const condition = { batteryLevel: 50, usable: true };
    const { body: report } = await manager.post(`/v1/bikes/${await fleet.bike()}/reports`, condition);
    await told('bike', report.id as string, 'reported');
    const { body } = await manager.post('/v1/managers/me/conversions', { points: 500 });
    await told('bike', body.id as string, 'points-taken, points-converted');
    await told('payment', body.id as string, 'deposit-moved, points-credited');
  },
  'points that do not become money': async (stack, told) => {
    const [fleet, manager] = [await Fleet.open(stack), await stack.signIn({ roles: ['manager'] })];
    await fleet.admin.post('/v1/managers', { user: manager.user, points: 10 });
    await stack.db.raw(`
      CREATE FUNCTION payment.not_now() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'not now'; END $$;
      CREATE TRIGGER not_now BEFORE INSERT ON payment.conversions FOR EACH ROW
        WHEN (NEW.customer = '${manager.user}' AND NEW.status = 'CREDITED') EXECUTE FUNCTION payment.not_now()`);
    const { body } = await manager.post('/v1/managers/me/conversions', { points: 10 });
    expect(body.code).toBe('payment-unavailable');
    const { id } = await stack.db('bike.conversions').where({ manager: manager.user }).first();
    await told('bike', id as string, 'points-taken, points-given-back');
    await told('payment', id as string, 'points-refused');
  },
  'points whose credit is heard of too late, and pays a bill all the same': async (stack, told) => {
    const [fleet, minji] = [await Fleet.open(stack), await stack.signIn({ roles: ['customer', 'manager'] })];
    const rental = await fleet.rent(minji, await fleet.bike());
    await bringBack(minji, `rentals/${rental}`);
    await told('billing', billIdOf(rental), 'opened, assessed, unpaid');
    await fleet.admin.post('/v1/managers', { user: minji.user, points: 1_000 });
    await stack.db.raw(`
      CREATE FUNCTION payment.slowly() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN PERFORM pg_sleep(2.5); RETURN NULL; END $$;
      CREATE TRIGGER slowly AFTER INSERT ON payment.conversions FOR EACH ROW
        WHEN (NEW.customer = '${minji.user}') EXECUTE FUNCTION payment.slowly()`);
    const { status, body } = await minji.post('/v1/managers/me/conversions', { points: 1_000 });
    expect([status, body.deposit]).toEqual([201, 1_000]);
    await told('bike', body.id as string, 'points-taken, points-converted');
    await told('payment', body.id as string, 'deposit-moved, points-credited');
    await told('billing', billIdOf(rental), 'opened, assessed, unpaid, closed');
  },
};
