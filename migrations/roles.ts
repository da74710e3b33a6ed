import type { Knex } from 'knex';

/** Written by migrations alone. */
const READ_ONLY = ['migrations', 'migrations_lock', 'era', 'told_since'];

export const userOf = (url: string): string => decodeURIComponent(new URL(url).username);

/**
 * Lets a role that owns nothing work in a schema: with each table as far as its owner may who is no superuser. What the
 * owner has renounced, such as changing the ledger, the role never had.
 */
export async function letWork(db: Knex, schema: string, role: string): Promise<void> {
  const { rows } = await db.raw<{ rows: { name: string; rights: string; rls: boolean }[] }>(
    `SELECT c.relname AS name, c.relrowsecurity AS rls, string_agg(a.privilege_type, ', ') AS rights
     FROM pg_class c, aclexplode(coalesce(c.relacl, acldefault('r', c.relowner))) a
     WHERE c.relnamespace = to_regnamespace(?) AND c.relkind IN ('r', 'p', 'v') AND a.grantee = c.relowner
       AND a.privilege_type IN ('SELECT', 'INSERT', 'UPDATE', 'DELETE')
     GROUP BY c.relname, c.relrowsecurity`,
    [schema],
  );
  await db.transaction(async (tx) => {
    await tx.raw('GRANT USAGE ON SCHEMA ?? TO ??', [schema, role]);
    await tx.raw('GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA ?? TO ??', [schema, role]);
    for (const { name, rights, rls } of rows) {
      await tx.raw('REVOKE ALL ON ??.?? FROM ??', [schema, name, role]);
      await tx.raw(`GRANT ${READ_ONLY.includes(name) ? 'SELECT' : rights} ON ??.?? TO ??`, [
        schema,
        name,
        role,
      ]);
      if (!rls) continue;
      // The job queue's tables show their rows to their owner alone, unless a policy says otherwise.
      await tx.raw('DROP POLICY IF EXISTS ?? ON ??.??', [role, schema, name]);
      await tx.raw('CREATE POLICY ?? ON ??.?? TO ?? USING (true) WITH CHECK (true)', [
        role,
        schema,
        name,
        role,
      ]);
    }
  });
}

/** And with the tables that its owner makes later, such as a view that is made anew. */
export async function letWorkLater(db: Knex, role: string): Promise<void> {
  await db.raw('ALTER DEFAULT PRIVILEGES GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO ??', [role]);
}
