/** One charge a business object (P2). */
export const chargeKey = (id: string) => `${id}/charge`;

/** A refund that came to nothing is begun anew under a key of its own. */
export const refundKey = (id: string, attempt: number) => `${id}/refund/${attempt}`;
