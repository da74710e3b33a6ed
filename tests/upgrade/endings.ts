import { until } from '../../engine/wait';
import { missingAt } from '../../workflows/kickboard/policy';
import type { Answer, TestClient } from '../test-client';
import type { TestStack } from '../test-stack';
import { card, comesTo, done, pathOf } from './customers';
import type { Thing } from './data-folder';

/** How what was under way ends after an upgrade: in words, and by whom. */
interface Ending {
  ends: string;
  end: (upgraded: Upgraded, thing: Thing) => Promise<void>;
}

const LOCATION = { location: '판교역' };
const SOON = { withinMs: 30_000, everyMs: 50 };

/** A Haru that runs on a recorded data folder, and who uses it. */
class Upgraded {
  constructor(
    readonly stack: TestStack,
    readonly user: TestClient,
    readonly admin: TestClient,
    readonly courier: TestClient,
  ) {}

  /** Waits until the thing is as wanted. @returns it */
  comesTo(thing: Thing, isSo: (body: Answer['body']) => boolean): Promise<Answer['body']> {
    return comesTo(this.user, pathOf(thing.id), isSo);
  }

  /** Waits until what the provider did for a thing is so many lines, which come to nothing. */
  async isGivenBack({ id }: Thing, lines: number): Promise<void> {
    const { provider } = this.stack;
    await until(async () => (await provider.statementOf(id)).length === lines, SOON);
    expect([(await provider.statementOf(id)).length, await provider.netOf(id)]).toEqual([lines, 0]);
  }

  async balance(): Promise<number> {
    return (await done(this.user.get('/v1/deposits/me'))).balance;
  }

  /** Rents, or rides on a pass, and brings the vehicle back. */
  async ride(passId: string): Promise<void> {
    const { id: kickboardId } = await done(this.admin.post('/v1/kickboards', LOCATION));
    const { id } = await done(this.user.post('/v1/rides', { kickboardId, passId }));
    expect(await done(this.user.post(`/v1/rides/${id}/return`, LOCATION))).toMatchObject({
      status: 'RETURNED',
    });
  }

  async deliver(order: Thing): Promise<void> {
    await done(this.courier.post(`/v1/deliveries/${order.delivery}/accept`));
    await done(this.courier.post(`/v1/deliveries/${order.delivery}/complete`));
    expect(await done(this.user.get(pathOf(order.id)))).toMatchObject({ status: 'DELIVERED' });
  }

  async cancel(thing: Thing): Promise<Answer['body']> {
    return done(this.user.post(`${pathOf(thing.id)}/cancel`));
  }

  async collect(booking: Thing): Promise<void> {
    const staff = await this.stack.signIn({ user: 'staff', roles: ['staff'] });
    expect(await done(staff.post(`${pathOf(booking.id)}/collect`))).toMatchObject({ status: 'COLLECTED' });
  }

  /** Brings a vehicle back, by its customer or an admin. */
  async giveBack(hire: Thing, by = this.user): Promise<void> {
    expect(await done(by.post(`${pathOf(hire.id)}/return`, LOCATION))).toMatchObject({ status: 'RETURNED' });
  }

  /** An operator's decision on what is parked. @returns how it then stands */
  async decide({ parked }: Thing, action: string): Promise<string> {
    const reason = { reason: 'called the bank' };
    return (await done(this.admin.post(`/v1/operations/parked/${parked}/${action}`, reason))).state;
  }
}

export async function upgraded(stack: TestStack, { user }: Thing): Promise<Upgraded> {
  const [customer, admin, courier] = await Promise.all([
    stack.signIn({ user, roles: ['customer', 'manager'] }),
    stack.signIn({ user: 'admin', roles: ['admin'] }),
    stack.signIn({ user: 'courier', roles: ['courier'] }),
  ]);
  return new Upgraded(stack, customer, admin, courier);
}

const REFUNDED = { status: 'CANCELLED', refund: { amount: 10_000, status: 'REFUNDED' } };

/** By kind: what a recorded folder has under way. Each belongs to a user of its own, named as the kind. */
export const ENDINGS = {
  'booking-to-cancel': {
    ends: 'a booking is cancelled and refunded',
    end: async (upgraded, booking) => {
      expect(await upgraded.cancel(booking)).toMatchObject(REFUNDED);
      await upgraded.isGivenBack(booking, 2);
    },
  },
  'booking-from-deposit': {
    ends: 'a booking that was paid from the deposit is cancelled, and the deposit has the money again',
    end: async (upgraded, booking) => {
      expect(await upgraded.cancel(booking)).toMatchObject(REFUNDED);
      expect(await upgraded.balance()).toBe(50_000);
    },
  },
  'booking-to-collect': {
    ends: 'a ticket that was issued is collected',
    end: (upgraded, booking) => upgraded.collect(booking),
  },
  'booking-without-ticket': {
    ends: 'a ticket that the box office had not issued is issued and collected',
    end: async (upgraded, booking) => {
      await upgraded.comesTo(booking, ({ ticket }) => ticket.status === 'ISSUED');
      await upgraded.collect(booking);
    },
  },
  'booking-over': {
    ends: 'a booking whose screening ended meanwhile is a no-show',
    end: async (upgraded, booking) => {
      await upgraded.comesTo(booking, ({ status }) => status === 'NO_SHOW');
    },
  },
  'booking-in-mid-charge': {
    ends: 'a booking whose charge was captured unheard fails, and the money goes back',
    end: async (upgraded, booking) => {
      await upgraded.comesTo(booking, ({ status }) => status === 'FAILED');
      await upgraded.isGivenBack(booking, 2);
    },
  },
  'booking-in-mid-cancel': {
    ends: 'a cancel that never reached the provider leaves the booking standing; asked again it is done',
    end: async (upgraded, booking) => {
      await comesTo(upgraded.user, `${pathOf(booking.id)}/progress`, ({ steps }) =>
        steps.every(({ state }: { state: string }) => state !== 'RUNNING'),
      );
      expect(await upgraded.cancel(booking)).toMatchObject(REFUNDED);
      await upgraded.isGivenBack(booking, 2);
    },
  },
  'pass-unused': {
    ends: 'a pass is good for its rides',
    end: async (upgraded, pass) => {
      for (const left of [1, 0]) {
        await upgraded.ride(pass.id);
        await upgraded.comesTo(pass, ({ ridesLeft }) => ridesLeft === left);
      }
      expect(await done(upgraded.user.get(pathOf(pass.id)))).toMatchObject({ status: 'USED' });
    },
  },
  'pass-in-mid-charge': {
    ends: 'a pass whose charge never reached the provider fails, uncharged',
    end: async (upgraded, pass) => {
      await upgraded.comesTo(pass, ({ status }) => status === 'FAILED');
      await upgraded.isGivenBack(pass, 0);
    },
  },
  'ride-open': {
    ends: 'a kickboard is brought back',
    end: async (upgraded, ride) => {
      await upgraded.giveBack(ride);
      expect(await done(upgraded.admin.get(`/v1/kickboards/${ride.kickboard}`))).toMatchObject({
        status: 'RETURNED',
      });
    },
  },
  'ride-overdue': {
    ends: 'a ride that came due meanwhile is reminded of once, missing a day later, and ended by an admin',
    end: async (upgraded, ride) => {
      const told = async () => {
        const { data } = await done(upgraded.user.get('/v1/me/messages?limit=100'));
        return data.filter(({ event }: { event: string }) => event === 'kickboard.due').length as number;
      };
      await until(async () => (await told()) > 0, SOON);
      expect(await told()).toBe(1);
      const { dueAt } = await done(upgraded.user.get(pathOf(ride.id)));
      const now = missingAt(Date.parse(dueAt)) < Date.now() ? 'MISSING' : 'RENTED';
      await comesTo(upgraded.admin, `/v1/kickboards/${ride.kickboard}`, ({ status }) => status === now);
      await upgraded.giveBack(ride, upgraded.admin);
    },
  },
  'rental-open': {
    ends: 'a bike is brought back, and its bill is paid from the deposit',
    end: async (upgraded, rental) => {
      await upgraded.giveBack(rental);
      const { bill } = await upgraded.comesTo(rental, ({ bill }) => bill.status === 'CLOSED');
      expect(await upgraded.balance()).toBe(1_000_000 - bill.fee);
    },
  },
  'rental-not-billed': {
    ends: 'a rental whose bill could not be opened has one, which is paid once the bike is back',
    end: async (upgraded, rental) => {
      await upgraded.comesTo(rental, ({ bill }) => bill.status === 'OPEN');
      await upgraded.giveBack(rental);
      const { bill } = await upgraded.comesTo(rental, ({ bill }) => bill.status === 'CLOSED');
      expect(await upgraded.balance()).toBe(1_000_000 - bill.fee);
    },
  },
  'rental-returned-not-billed': {
    ends: 'a bill that could neither be opened nor closed is opened and paid',
    end: async (upgraded, rental) => {
      await upgraded.comesTo(rental, ({ bill }) => bill.status === 'CLOSED');
      expect(await upgraded.balance()).toBe(9_000);
    },
  },
  'rental-unpaid': {
    ends: 'an unpaid bill keeps its customer from renting until a top-up has settled it',
    end: async (upgraded, rental) => {
      const { id: bikeId } = await done(upgraded.admin.post('/v1/bikes', LOCATION));
      const { status, body } = await upgraded.user.post('/v1/rentals', { bikeId });
      expect([status, body.code]).toEqual([402, 'unpaid-bill']);
      await done(upgraded.user.post('/v1/deposits/top-ups', { amount: 5_000, payment: card() }));
      await upgraded.comesTo(rental, ({ bill }) => bill.status === 'CLOSED');
      expect(await upgraded.balance()).toBe(4_000);
    },
  },
  'top-up-in-mid-charge': {
    ends: 'a top-up whose charge was captured unheard fails, and the money goes back',
    end: async (upgraded, topUp) => {
      await upgraded.isGivenBack(topUp, 2);
      expect(await upgraded.balance()).toBe(0);
    },
  },
  'conversion-in-mid-credit': {
    ends: 'points that were taken and never credited are given back',
    end: async (upgraded) => {
      await comesTo(upgraded.user, '/v1/managers/me', ({ points }) => points === 5_000);
      expect(await upgraded.balance()).toBe(0);
    },
  },
  'order-open': {
    ends: 'an order that is open to every courier is delivered',
    end: (upgraded, order) => upgraded.deliver(order),
  },
  'order-accepted': {
    ends: 'an order that a courier has taken is delivered by them',
    end: (upgraded, order) => upgraded.deliver(order),
  },
  'order-offered': {
    ends: 'an order that is offered to a courier is cancelled and refunded, and so is its delivery',
    end: async (upgraded, order) => {
      expect(await upgraded.cancel(order)).toMatchObject({
        status: 'CANCELLED',
        payment: { status: 'REFUNDED' },
      });
      await upgraded.isGivenBack(order, 2);
      const delivery = `/v1/deliveries/${order.delivery}`;
      await comesTo(upgraded.admin, delivery, ({ status }) => status === 'CANCELLED');
    },
  },
  'order-paid': {
    ends: 'an order that was paid while delivery was down is delivered',
    end: async (upgraded, order) => {
      await upgraded.comesTo(order, ({ status }) => status === 'DELIVERING');
      await upgraded.deliver(order);
    },
  },
  'order-unpaid': {
    ends: 'an order that payment did not take in time is cancelled, uncharged',
    end: async (upgraded, order) => {
      const { reason } = await upgraded.comesTo(order, ({ status }) => status === 'CANCELLED');
      expect(reason).toBe('payment-too-late');
      await upgraded.isGivenBack(order, 0);
    },
  },
  'order-in-mid-charge': {
    ends: 'an order whose charge was captured unheard is cancelled, and the money goes back',
    end: async (upgraded, order) => {
      const { reason } = await upgraded.comesTo(order, ({ status }) => status === 'CANCELLED');
      expect(reason).toBe('payment-too-late');
      await upgraded.isGivenBack(order, 2);
    },
  },
  'parked-booking': {
    ends: 'money that is parked is settled by an operator',
    end: async (upgraded, thing) => {
      expect(await upgraded.decide(thing, 'settle')).toBe('SETTLED');
    },
  },
  'parked-pass': {
    ends: 'money that is parked is written off by an operator',
    end: async (upgraded, thing) => {
      expect(await upgraded.decide(thing, 'write-off')).toBe('WRITTEN_OFF');
    },
  },
  'parked-top-up': {
    ends: 'money that is parked goes back when an operator retries',
    end: async (upgraded, thing) => {
      await upgraded.stack.provider.faults({ allowRefunds: true });
      expect(await upgraded.decide(thing, 'retry')).toBe('DONE');
      await upgraded.stack.provider.heal();
      await upgraded.isGivenBack(thing, 2);
    },
  },
  course: {
    ends: 'a course shows what was said of it; its marks are taken back and it is deleted',
    end: async (upgraded, { id }) => {
      const counts = async () => (await done(upgraded.user.get(`/v1/courses/${id}`))).counts;
      expect(await counts()).toEqual({ likes: 1, bookmarks: 1, comments: 1, reviews: 1 });
      for (const mark of ['like', 'bookmark'])
        await done(upgraded.user.call('DELETE', `/v1/courses/${id}/${mark}`));
      expect(await counts()).toEqual({ likes: 0, bookmarks: 0, comments: 1, reviews: 1 });
      const host = await upgraded.stack.signIn({ user: 'host-of-course', roles: ['host'] });
      await done(host.call('DELETE', `/v1/courses/${id}`));
      expect((await upgraded.user.get(`/v1/courses/${id}`)).status).toBe(404);
    },
  },
} satisfies Record<string, Ending>;

export type Kind = keyof typeof ENDINGS;
export const KINDS = Object.keys(ENDINGS) as Kind[];
