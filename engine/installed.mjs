/**
 * Compares package-lock.json with what npm recorded in node_modules/.package-lock.json.
 * @param {{packages?: Record<string, {version?: string, optional?: boolean, devOptional?: boolean, dev?: boolean, link?: boolean}>}} lock
 * @param {{packages?: Record<string, {version?: string}>}} installed
 * @param {{production?: boolean}} [options] production: development packages may be missing
 * @returns {string[]} the packages that are missing or of another version, such as "node_modules/zod"
 */
export function stalePackages(lock, installed, { production = false } = {}) {
  return Object.entries(lock.packages ?? {})
    .filter(([path, wanted]) => {
      // Optional ones depend on the platform; "" is the project itself.
      if (path === '' || wanted.link || wanted.optional || wanted.devOptional) return false;
      if (production && wanted.dev) return false;
      return installed.packages?.[path]?.version !== wanted.version;
    })
    .map(([path]) => path);
}

/**
 * Install scripts that package.json allows and that have not run for what is installed.
 * @param {Record<string, boolean>} allowScripts package.json's; false: never
 * @param {{packages?: Record<string, {version?: string}>}} installed
 * @param {Record<string, string>} done package to version, as `all` was the last time
 * @returns {{missing: string[], all: Record<string, string>}} missing: names; all: what will have run after that
 */
export function scriptsToRun(allowScripts, installed, done) {
  const all = {};
  for (const [name, allowed] of Object.entries(allowScripts)) {
    const version = installed.packages?.[`node_modules/${name}`]?.version;
    if (allowed && version !== undefined) all[name] = version;
  }
  return { missing: Object.keys(all).filter((name) => done[name] !== all[name]), all };
}
