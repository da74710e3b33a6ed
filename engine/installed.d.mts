interface Lock {
  packages?: Record<
    string,
    { version?: string; optional?: boolean; devOptional?: boolean; dev?: boolean; link?: boolean }
  >;
}

export function stalePackages(lock: Lock, installed: Lock, options?: { production?: boolean }): string[];
