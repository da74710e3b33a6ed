/** Rows by id, each with the events of its transitions, as a domain's tables and outbox keep them. */
export class Rows<Row extends { status: string }> {
  private readonly rows = new Map<string, Row & { told: string[] }>();

  get(id: string): (Row & { told: string[] }) | undefined {
    return this.rows.get(id);
  }

  all(): (Row & { told: string[] })[] {
    return [...this.rows.values()];
  }

  /** Adds a row, unless the id has one: the first word wins. @returns whether it was added now */
  open(id: string, row: Row, event?: string): boolean {
    if (this.rows.has(id)) return false;
    this.rows.set(id, { ...row, told: event === undefined ? [] : [event] });
    return true;
  }

  /** One transition, if the row is in one of the statuses that it starts from. @returns whether it was made */
  move(id: string, from: readonly Row['status'][], change: Partial<Row>, event?: string): boolean {
    const row = this.rows.get(id);
    if (!row || !from.includes(row.status)) return false;
    Object.assign(row, change);
    if (event !== undefined) row.told.push(event);
    return true;
  }

  told(id: string): string {
    return this.rows.get(id)?.told.join() ?? '';
  }
}
