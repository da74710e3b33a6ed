import type { Way } from './cache';
import { downloadArchive } from './download';
import { withProgress, type Say } from './progress';
import { onPath, runTool } from './tools';

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
