interface Line {
  kind: 'capture' | 'refund';
  amount: number;
  key: string;
  chargeId: string;
}

/** The provider as the bank sees it: its statement, and the drills it can be put through. */
export class Provider {
  constructor(private readonly url: string) {}

  /** Every line of the statement whose key belongs to the business object. */
  async statementOf(id: string): Promise<Line[]> {
    const lines: Line[] = [];
    for (let cursor = ''; ;) {
      const answer = await fetch(`${this.url}/statement?limit=1000${cursor && `&cursor=${cursor}`}`);
      const page = (await answer.json()) as { data: Line[]; nextCursor: string | null };
      lines.push(...page.data);
      if (page.nextCursor === null) return lines.filter(({ key }) => key.startsWith(`${id}/`));
      cursor = page.nextCursor;
    }
  }

  /** Captured less refunded, whole KRW. */
  async netOf(id: string): Promise<number> {
    const lines = await this.statementOf(id);
    return lines.reduce((net, { kind, amount }) => net + (kind === 'capture' ? amount : -amount), 0);
  }

  /** Makes a refund as a request of ours that arrives only now would. */
  async refund(chargeId: string, amount: number, key: string): Promise<void> {
    const answer = await fetch(`${this.url}/charges/${chargeId}/refunds`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'Idempotency-Key': key },
      body: JSON.stringify({ amount }),
    });
    if (answer.status !== 201) throw new Error(await answer.text());
  }

  async faults(faults: Record<string, unknown>): Promise<void> {
    const answer = await fetch(`${this.url}/faults`, {
      method: 'PUT',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(faults),
    });
    if (!answer.ok) throw new Error(await answer.text());
  }

  async heal(): Promise<void> {
    await fetch(`${this.url}/faults`, { method: 'DELETE' });
  }
}
