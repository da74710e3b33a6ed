import type { Knex } from 'knex';

/** Migrations as they are imported, oldest first, each under the name that databases remember it by. */
export class Listed implements Knex.MigrationSource<string> {
  constructor(private readonly migrations: Readonly<Record<string, Knex.Migration>>) {}

  getMigrations(): Promise<string[]> {
    return Promise.resolve(Object.keys(this.migrations));
  }

  getMigrationName(name: string): string {
    return name;
  }

  getMigration(name: string): Promise<Knex.Migration> {
    const migration = this.migrations[name];
    return migration ? Promise.resolve(migration) : Promise.reject(new Error(`no migration ${name}`));
  }
}
