import { spawn, type ChildProcess } from 'node:child_process';

// Reads "+ pid signal" and "- pid"; at the end of its input (we are gone, even by kill -9) it ends what is left.
const SCRIPT = `
trap '' INT TERM HUP
alive() { for p in $left; do kill -0 "\${p%:*}" 2>/dev/null && return 0; done; return 1; }
left=
while read -r op pid signal; do
  kept=
  for p in $left; do [ "\${p%:*}" = "$pid" ] || kept="$kept $p"; done
  left=$kept
  [ "$op" = + ] && left="$left $pid:$signal"
done
for p in $left; do kill -"\${p#*:}" "\${p%:*}" 2>/dev/null; done
n=0
while [ $n -lt 50 ] && alive; do sleep 0.1; n=$((n + 1)); done
for p in $left; do kill -KILL -- "-\${p%:*}" 2>/dev/null; done
exit 0
`;

let guard: ChildProcess | undefined;

function tell(line: string): void {
  if (process.platform === 'win32') return;
  if (guard === undefined) {
    guard = spawn('/bin/sh', ['-c', SCRIPT], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
    guard.on('error', () => undefined);
    guard.stdin?.on('error', () => undefined);
    guard.unref();
    (guard.stdin as unknown as { unref(): void }).unref();
  }
  guard.stdin?.write(`${line}\n`);
}

/**
 * Processes in groups of their own outlive us when we are killed hard. A small shell watches over them and
 * ends them then.
 * @param signal without "SIG", what asks this process to stop
 */
export const watchOver = (pid: number, signal: string): void => tell(`+ ${pid} ${signal}`);

export const letGo = (pid: number): void => tell(`- ${pid}`);
