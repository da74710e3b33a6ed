/** One charge a business object (P2). */
export const chargeKey = (id: string) => `${id}/charge`;

/** One refund a business object and step. */
export const refundKey = (id: string, step: string) => `${id}/${step}`;

/** The refund that undoes a saga. */
export const UNDO = 'undo';

/** One entry in the operators' list for each dispute about a charge, and the dispute that it names. */
export const disputeKey = (id: string, dispute: string) => `${id}${DISPUTE}${dispute}`;
export const disputeIn = (key: string) => (key.includes(DISPUTE) ? key.split(DISPUTE)[1] : undefined);
const DISPUTE = '/dispute/';

/** The business object that a key belongs to. */
export const businessIdOf = (key: string) => key.split('/', 1)[0] as string;
