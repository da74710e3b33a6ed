import { card, Cinema } from '../cinema';
import { CINEMA, startStack, type TestStack } from '../test-stack';

let stack: TestStack;
let cinema: Cinema;
beforeAll(async () => {
  stack = await startStack({ only: CINEMA, listeners: [], apart: ['movie'] });
  cinema = await Cinema.open(stack);
});
afterAll(() => stack.stop());

test('a killed worker is replaced by another one within the time that a customer waits', async () => {
  const minji = await stack.signIn();
  const booked = await Promise.all(
    ['1A', '1B', '1C', '1D'].map(
      async (seat) => (await cinema.book(minji, [seat], card())).body.id as string,
    ),
  );
  await stack.work(['movie', 'kickboard']);
  await stack.kill('worker movie');
  const answers = await Promise.all(booked.map((id) => minji.post(`/v1/bookings/${id}/cancel`)));
  expect(answers.map(({ status, body }) => `${status} ${body.status ?? body.code}`)).toEqual(
    booked.map(() => '200 CANCELLED'),
  );
});
