import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Way } from './cache';
import { downloadArchive } from './download';
import { withProgress, type Say } from '../engine/progress';
import { onPath, runTool } from './programs';

/** A release's archive. @param doing what is shown meanwhile */
export const fromArchive = (url: string, doing: string, say: Say): Way => ({
  name: 'official download',
  into: (folder) => withProgress(doing, () => downloadArchive(url, folder), say),
});

/** Built from its source. @param module with its version; @param doing what is shown meanwhile */
export const withGo = (module: string, doing: string, say: Say, without = 'no Go found'): Way => ({
  name: 'go install',
  into: async (folder) => {
    const go = onPath('go');
    if (go === undefined) throw new Error(without);
    await withProgress(doing, () => runTool(go, ['install', module], { GOBIN: folder }), say);
  },
});

/** Of a program that Maven Central has in parts. */
interface Parts {
  pom: string;
  /** What runs it, and under which name. */
  script: string;
  file: string;
  /** At least. */
  java: number;
}

/** Put together from Maven Central, to be run under Java. @param doing what is shown meanwhile */
export const withMaven = ({ pom, script, file, java }: Parts, doing: string, say: Say): Way => ({
  name: 'Maven',
  into: async (folder) => {
    const mvn = onPath('mvn');
    if (mvn === undefined || onPath('java') === undefined)
      throw new Error(`needs mvn and Java ${java} or later on PATH`);
    writeFileSync(join(folder, 'pom.xml'), pom);
    const args = ['-q', '-B', '-f', join(folder, 'pom.xml'), 'dependency:copy-dependencies'];
    await withProgress(
      doing,
      () => runTool(mvn, [...args, '-DincludeScope=runtime', '-DoutputDirectory=jars']),
      say,
    );
    writeFileSync(join(folder, file), script);
    chmodSync(join(folder, file), 0o755);
  },
});
