/** One charge a business object (P2). */
export const chargeKey = (id: string) => `${id}/charge`;

/** One refund a business object and step. */
export const refundKey = (id: string, step: string) => `${id}/${step}`;

/** The refund that undoes a saga. */
export const UNDO = 'undo';

/** The business object that a key belongs to. */
export const businessIdOf = (key: string) => key.split('/', 1)[0] as string;
