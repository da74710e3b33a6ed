import { BEGINNING, isAfter, type Place } from '../event';
import type { Outbox } from '../outbox';

/** How far an outbox goes: whatever says that it is from beyond was not told by it. */
export class Newest {
  private known: Place = BEGINNING;

  constructor(private readonly outbox: Outbox) {}

  /** @returns the newest place, asked anew only when one of these is beyond the last known */
  async for(places: readonly Place[]): Promise<Place> {
    if (places.some((place) => isAfter(place, this.known)))
      [this.known = BEGINNING] = await this.outbox.newest(1);
    return this.known;
  }
}
