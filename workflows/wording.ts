/** @param amount whole KRW */
export const krw = (amount: number) => `${String(amount).replace(/\B(?=(\d{3})+$)/g, ',')} KRW`;

/** To the second. @param ms epoch milliseconds */
export const utc = (ms: number) => `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
