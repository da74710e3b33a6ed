import type { Api } from '../endpoint';
import type { Offered, People } from '../examples';

/** A station, a bike that is free, a rental under way, what the manager has reported and converted, and who is no manager yet. */
export async function offers(
  { deps: { bikeReads, stations } }: Api,
  people: People | undefined,
): Promise<Offered> {
  const [bike] = (await bikeReads.bikes({ status: 'AVAILABLE', limit: 1 })) ?? [];
  const [station] = (await stations.stations({ limit: 1 })) ?? [];
  const here = { bik: bike?.id, sta: station?.id };
  if (!people) return here;
  const [rental] =
    (await bikeReads.rentals({ customer: people.customer, status: 'RENTED' }, { limit: 1 })) ?? [];
  const entries = (await bikeReads.pointEntries(people.manager, 50)) ?? [];
  const newest = (kind: string) => entries.find((entry) => entry.kind === kind)?.reference;
  const rpt = newest('REPORT');
  const report = rpt === undefined ? undefined : await bikeReads.report(rpt);
  return {
    ...here,
    'bik getBikeReport': report?.bikeId,
    rpt,
    rnt: rental?.id,
    cnv: newest('CONVERSION'),
    mgr: await bikeReads.newestRegistration(),
    newManager: `manager-${Date.now()}`,
  };
}
