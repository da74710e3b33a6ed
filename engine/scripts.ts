import { ROOT } from '../root';
import { compile, compiled } from './compile.mjs';
import { launch, type Program, type Running } from './launch';

/** Compiles a script of ours as it is now, and starts it in a process of its own. */
export function launchScript(
  script: string,
  args: readonly string[],
  program: Pick<Program, 'name' | 'env' | 'cwd' | 'onLine'>,
): Promise<Running> {
  compile(ROOT, [script]);
  return launch({ ...program, command: process.execPath, args: [...compiled(ROOT, script), ...args] });
}
