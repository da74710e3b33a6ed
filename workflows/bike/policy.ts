const KRW_A_POINT = 1;

/** What points are worth as deposit (B7): whole KRW. */
export const moneyFor = (points: number) => points * KRW_A_POINT;
