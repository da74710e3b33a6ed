/** Groups of operations, in the order of a day. */
export const TAGS: readonly { name: string; description: string }[] = [
  {
    name: 'Movie',
    description: 'Screenings, bookings, tickets. Seats and money come together or not at all.',
  },
  { name: 'Kickboard', description: 'Kickboards, passes of several rides, rides.' },
  { name: 'Bike', description: 'Bikes, rentals and their bills; managers report on bikes and earn points.' },
  { name: 'Stations', description: 'Where bikes and kickboards stand, on the map.' },
  {
    name: 'Food',
    description: 'What can be ordered, and orders: taken at once, charged as soon as payment answers.',
  },
  { name: 'Delivery', description: 'Couriers: on duty, offered a delivery, and done with it.' },
  { name: 'Course', description: 'Date courses by hosts, with likes, bookmarks, comments and reviews.' },
  { name: 'Deposit', description: 'Money that a customer keeps here: top-ups by card, and a statement.' },
  { name: 'Me', description: 'What is yours: your page, your messages, live events, where you are told.' },
  { name: 'GBFS', description: 'Stations and vehicles as maps read them: GBFS 3.0.' },
  { name: 'Events', description: 'What is told to other systems: the catalogue. See also the webhooks.' },
  {
    name: 'Operations',
    description: 'For operators and probes: what is parked, what was sent, webhooks, health.',
  },
  { name: 'Development', description: 'Tokens for anyone. Not there in production.' },
];
