import type { Knex } from 'knex';
import { columns, isRow } from '../database';
import { type Area, inArea } from '../places';
import { violates } from '../violation';

export interface Station {
  id: string;
  name: string;
  /** WGS 84, degrees. */
  lat: number;
  lon: number;
  /** Vehicles that fit; more are not refused. */
  capacity: number;
}

/** What is left out stays. */
type Edit = { [Field in Exclude<keyof Station, 'id'>]?: Station[Field] | undefined };

interface StationFilter extends Area {
  limit: number;
  /** The id of the last one seen. */
  after?: string | undefined;
}

const STATION = columns(['id', 'name', 'lat', 'lon', 'capacity']) satisfies Record<keyof Station, string>;

/** All SQL of stations, where bikes and kickboards stand (decision 056). */
export class Stations {
  constructor(private readonly db: Knex) {}

  /** A station opens (`station-added`). */
  async add({ id, name, lat, lon, capacity }: Station): Promise<void> {
    await this.db('bike.stations').insert({ id, name, lat, lon, capacity }).onConflict('id').ignore();
  }

  /** It is another (`station-changed`), and its bikes are where it is now. @returns undefined where there is none */
  async change(id: string, edit: Edit): Promise<Station | undefined> {
    return this.db.transaction(async (tx) => {
      const [station] = await tx('bike.stations')
        .where({ id })
        .update({ ...edit, updated_at: tx.fn.now() })
        .returning<Station[]>(Object.values(STATION));
      if (!station) return undefined;
      const { lat, lon } = station;
      await tx('bike.bikes').where({ station_id: id }).update({ lat, lon });
      return station;
    });
  }

  /** It goes (`station-removed`). @returns false while a bike stands there; true too where there is none */
  async remove(id: string): Promise<boolean> {
    try {
      await this.db('bike.stations').where({ id }).delete();
      return true;
    } catch (error) {
      if (violates(error, 'stands_at_a_station')) return false;
      throw error;
    }
  }

  async station(id: string): Promise<Station | undefined> {
    return this.db('bike.stations').where({ id }).first<Station | undefined>(STATION);
  }

  /** By id. @returns undefined where `after` is no station */
  async stations({ limit, after, ...area }: StationFilter): Promise<Station[] | undefined> {
    if (!(await isRow(this.db, 'bike.stations', after))) return undefined;
    const query = this.db('bike.stations').orderBy('id').limit(limit);
    inArea(query, area);
    if (after !== undefined) void query.where('id', '>', after);
    return query.select<Station[]>(STATION);
  }

  async all(): Promise<Station[]> {
    return this.db('bike.stations').orderBy('id').select<Station[]>(STATION);
  }
}
