interface Lock {
  packages?: Record<
    string,
    { version?: string; optional?: boolean; devOptional?: boolean; dev?: boolean; link?: boolean }
  >;
}

export function stalePackages(lock: Lock, installed: Lock, options?: { production?: boolean }): string[];

export function scriptsToRun(
  allowScripts: Record<string, boolean>,
  installed: Lock,
  done: Record<string, string>,
): { missing: string[]; all: Record<string, string> };
