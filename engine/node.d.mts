export function nodeFloor(root: string): string;
export function isOlder(version: string, floor: string): boolean;
export function nodePackage(platform?: NodeJS.Platform, arch?: string): string;
