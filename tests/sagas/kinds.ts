const KINDS = ['bkg', 'pas', 'rid', 'rnt', 'rpt', 'cnv', 'ord', 'dlv', 'top'] as const;
/** What a saga is about, by the prefix of its id. */
export type SagaKind = (typeof KINDS)[number];

export function kindOf(id: string): SagaKind {
  const kind = KINDS.find((prefix) => id.startsWith(`${prefix}_`));
  if (!kind) throw new Error(`no kind of saga: ${id}`);
  return kind;
}

/** How a rental stands with its bill. */
export type RentalEnd = 'REFUSED' | 'RENTED' | 'CLOSED' | 'UNPAID';
