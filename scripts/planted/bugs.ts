/** A bug that somebody could really write: one change of the product, and the tests that must then fail. */
export interface Bug {
  name: string;
  file: string;
  /** Occurs once in the file. */
  find: string;
  replace: string;
  /** Test files, as Jest takes them. */
  caughtBy: readonly string[];
}

export const BUGS: readonly Bug[] = [
  {
    name: 'the index that sells a seat once is dropped',
    file: 'migrations/movie/001_bookings.sql',
    find: 'CREATE UNIQUE INDEX one_live_claim_per_seat',
    replace: 'CREATE INDEX one_live_claim_per_seat',
    caughtBy: ['tests/races/seats'],
  },
  {
    name: 'the index that rents a bike to one customer is dropped',
    file: 'migrations/bike/001_rentals.sql',
    find: 'CREATE UNIQUE INDEX one_open_rental_per_bike',
    replace: 'CREATE INDEX one_open_rental_per_bike',
    caughtBy: ['tests/races/vehicles'],
  },
  {
    name: 'the index that allows one open ride per pass is dropped',
    file: 'migrations/kickboard/001_rides.sql',
    find: 'CREATE UNIQUE INDEX one_open_ride_per_pass',
    replace: 'CREATE INDEX one_open_ride_per_pass',
    caughtBy: ['tests/races/vehicles', 'tests/journeys/kickboards'],
  },
  {
    name: 'a deposit may go below zero',
    file: 'migrations/payment/002_ledger.sql',
    find: "CONSTRAINT no_overdraft CHECK (balance >= 0 OR id !~ '^(deposit|points):')",
    replace: 'CONSTRAINT no_overdraft CHECK (true)',
    caughtBy: ['tests/ledger'],
  },
  {
    name: 'the idempotency key is forgotten',
    file: 'api/idempotency.ts',
    find: 'if (key === undefined) return',
    replace: 'if (Date.now() > 0) return',
    caughtBy: ['tests/journeys/idempotency'],
  },
  {
    name: 'a charge goes to the provider under a new key each time',
    file: 'activities/payment/activities.ts',
    find: 'provider.charge({ key, amount, token, withinMs })',
    replace: 'provider.charge({ key: `${key}/${Date.now()}`, amount, token, withinMs })',
    caughtBy: ['tests/journeys/booking'],
  },
  {
    name: 'a refund is sent twice',
    file: 'activities/payment/activities.ts',
    find: 'await breaker.execute(() => provider.refund({ key: providerKeyOf(refund), chargeId, amount }));',
    replace:
      "await breaker.execute(() => provider.refund({ key: providerKeyOf(refund), chargeId, amount: amount / 2 }));\n      await breaker.execute(() => provider.refund({ key: providerKeyOf(refund) + '/again', chargeId, amount: amount / 2 }));",
    caughtBy: ['tests/journeys/booking'],
  },
  {
    name: 'an undo is registered after its step',
    file: 'workflows/saga.ts',
    find: `      if (undo) undos.unshift((because) => this.undo(name, entry, () => undo(because)));
      if (undoLater) undos.unshift((because) => void this.undo(name, entry, () => undoLater(because)));
      try {
        const result = await act();`,
    replace: `      try {
        const result = await act();
        if (undo) undos.unshift((because) => this.undo(name, entry, () => undo(because)));
        if (undoLater) undos.unshift((because) => void this.undo(name, entry, () => undoLater(because)));`,
    caughtBy: ['tests/sagas/sagas'],
  },
  {
    name: 'a cancelled workflow undoes nothing',
    file: 'workflows/saga.ts',
    find: 'await uncancelled(() => Promise.all(undos.map(async (undo) => undo(because))));',
    replace: 'await Promise.all(undos.map(async (undo) => undo(because)));',
    caughtBy: ['tests/sagas/sagas'],
  },
  {
    name: 'two acts on one saga run at once',
    file: 'workflows/mutex.ts',
    find: 'while (locked) await condition(() => !locked);',
    replace: '',
    caughtBy: ['tests/sagas/sagas', 'tests/races/cancel-or-collect'],
  },
  {
    name: 'a role is not checked',
    file: 'api/endpoint.ts',
    find: "if (who !== 'signed-in' && !who.some((role) => caller.roles.includes(role)))",
    replace: "if (who !== 'signed-in' && who.length === 0)",
    caughtBy: ['tests/contract/roles', 'tests/journeys/booking'],
  },
  {
    name: 'a transition is told of without its event',
    file: 'migrations/movie/002_events.sql',
    find: 'WHEN ((OLD.status, OLD.ticket) IS DISTINCT FROM (NEW.status, NEW.ticket))',
    replace: "WHEN (NEW.status <> 'CANCELLED')",
    caughtBy: ['tests/journeys/booking'],
  },
  {
    name: 'a booking is confirmed after its time is up',
    file: 'activities/movie/repository.ts',
    find: "change('confirm', id, { payment_id: paymentId }, answerBy)",
    replace: "change('confirm', id, { payment_id: paymentId })",
    caughtBy: ['tests/events/catalogue'],
  },
  {
    name: 'seats of a booking that stands are freed by a late undo',
    file: 'activities/rows.ts',
    find: ".whereIn(`${table.split('.')[1]}.status`, before)",
    replace: '',
    caughtBy: ['tests/pairs'],
  },
  {
    name: 'a hand-out that was taken back comes true late',
    file: 'activities/boxoffice/repository.ts',
    find: "      .whereRaw('NOT ? = ANY (refused)', [attempt])\n",
    replace: '',
    caughtBy: ['tests/pairs'],
  },
  {
    name: 'the fence before a late refund is removed',
    file: 'activities/payment/repository.ts',
    find: 'const refused = part.request !== undefined && before?.refused.includes(part.request);',
    replace: 'const refused = false;',
    caughtBy: ['tests/races/refunds', 'tests/pairs'],
  },
  {
    name: 'a refund is sent after it was given up on',
    file: 'activities/payment/repository.ts',
    find: '    return rows === 1;',
    replace: '    return rows <= 1;',
    caughtBy: ['tests/races/refunds', 'tests/faults/refund-plan'],
  },
  {
    name: 'a late refund is booked, and what it was for stands',
    file: 'activities/payment/repository.ts',
    find: "        await parkLate(tx, { key, kind: 'LATE_REFUND', amount });",
    replace: '        return true;',
    caughtBy: ['tests/faults/late-refunds', 'tests/faults/refund-plan'],
  },
  {
    name: 'an undo that lasts is listed nowhere',
    file: 'workflows/payment/operator.ts',
    find: "    if (!patched('an undo that lasts is listed')) return undo();",
    replace: '    if (step !== undefined) return undo();',
    caughtBy: ['tests/journeys/parked'],
  },
  {
    name: 'letters go to addresses that nobody has confirmed',
    file: 'activities/notification/consumer.ts',
    find: "contact.email !== null && isConfirmed(contact, 'email')",
    replace: 'contact.email !== null',
    caughtBy: ['tests/notification/letters'],
  },
  {
    name: 'who works with the ledger may change it',
    file: 'migrations/roles.ts',
    find: "READ_ONLY.includes(name) ? 'SELECT' : rights",
    replace: "'SELECT, INSERT, UPDATE, DELETE'",
    caughtBy: ['tests/ledger'],
  },
  {
    name: 'whoever comes too late to be answered is begun all the same',
    file: 'api/admission.ts',
    find: 'if (waits && Date.now() + this.untilItsTurn() + needs > answerBy) throw new TurnedAway();',
    replace: '',
    caughtBy: ['tests/api/admission'],
  },
  {
    name: 'what is charged is refused later, by another clock',
    file: 'activities/payment/charges.ts',
    find: '       WHERE clock_timestamp() < :answerBy\n',
    replace: '',
    caughtBy: ['tests/journeys/deposits'],
  },
  {
    name: 'a started step of ten minutes costs nothing',
    file: 'workflows/billing/policy.ts',
    find: 'Math.max(0, Math.ceil(charged',
    replace: 'Math.max(0, Math.floor(charged',
    caughtBy: ['workflows/billing/policy'],
  },
  {
    name: 'events of transactions that still run are passed by',
    file: 'events/outbox.ts',
    find: 'o.xid < (SELECT',
    replace: 'true OR o.xid < (SELECT',
    caughtBy: ['tests/events/outbox'],
  },
  {
    name: 'data that were restored elsewhere go on in the era of the cluster that they come from',
    file: 'migrations/migrate.ts',
    find: 'SET number = number + 1, system_identifier',
    replace: 'SET system_identifier',
    caughtBy: ['tests/events/era'],
  },
  {
    name: 'codes go to one address without limit',
    file: 'activities/notification/confirmations.ts',
    find: "    if ((await lately({ recipient })) >= CODES_PER_RECIPIENT_AND_HOUR) return 'too-many-codes';\n",
    replace: '',
    caughtBy: ['tests/notification/letters'],
  },
  {
    name: 'one customer has codes sent without limit',
    file: 'activities/notification/confirmations.ts',
    find: "    if ((await lately({ customer })) >= CODES_PER_CUSTOMER_AND_HOUR) return 'too-many-codes';\n",
    replace: '',
    caughtBy: ['tests/notification/letters'],
  },
  {
    name: 'codes asked for at once slip past the count',
    file: 'activities/notification/confirmations.ts',
    find: 'for (const whom of [recipient, customer].sort())',
    replace: 'for (const whom of [customer])',
    caughtBy: ['tests/notification/letters'],
  },
  {
    name: 'codes of long ago count',
    file: 'activities/notification/confirmations.ts',
    find: "interval '1 hour'",
    replace: "interval '2 hours'",
    caughtBy: ['tests/notification/letters'],
  },
  {
    name: 'a rented bike is removed',
    file: 'activities/bike/repository.ts',
    find: "      .whereNot({ status: 'IN_USE' })\n      .update({ removed_at:",
    replace: '      .update({ removed_at:',
    caughtBy: ['tests/journeys/bikes'],
  },
  {
    name: 'a dish is taken off the list twice',
    file: 'activities/food/repository.ts',
    find: '      .where({ id, removed_at: null })\n      .update({ removed_at:',
    replace: '      .where({ id })\n      .update({ removed_at:',
    caughtBy: ['tests/journeys/food'],
  },
  {
    name: 'a dish that was taken off the list is ordered',
    file: 'activities/food/reads.ts',
    find: ".whereNull('removed_at')",
    replace: '',
    caughtBy: ['tests/journeys/food'],
  },
  {
    name: 'clocks that are apart are not told of in /readyz',
    file: 'api/health/clocks.ts',
    find: 'Math.abs(furthest.seconds) <= APART_SECONDS',
    replace: 'Math.abs(furthest.seconds) <= 60 * APART_SECONDS',
    caughtBy: ['tests/health/api'],
  },
  {
    name: 'clocks that are apart are not told of at the start',
    file: 'api/main.ts',
    find: 'if (!ok) log.warn(furthest,',
    replace: 'if (!ok) log.debug(furthest,',
    caughtBy: ['tests/health/api'],
  },
  {
    name: 'a search for a courier never begins a new run',
    file: 'workflows/delivery/find-courier.ts',
    find: '    if (hasLongHistory()) await continueAsNew<typeof findCourier>(deliveryId, unanswered);\n',
    replace: '',
    caughtBy: ['tests/sagas/couriers'],
  },
  {
    name: 'a refund that its sender hears of late is left to the next reconciliation',
    file: 'activities/payment/settlement.ts',
    find: 'if (await payment.refundLate(refund)) await follow(refund.key);',
    replace: 'await payment.refundLate(refund);',
    caughtBy: ['tests/faults/late-refunds'],
  },
  {
    name: 'a hand-out whose time is up comes true',
    file: 'activities/boxoffice/repository.ts',
    find: "      .whereRaw('clock_timestamp() < ?', [new Date(answerBy)])\n",
    replace: '',
    caughtBy: ['tests/pairs'],
  },
];
