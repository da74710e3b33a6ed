export function compile(root: string, scripts: readonly string[]): void;
export function compiled(root: string, script: string): string[];
