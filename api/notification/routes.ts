import type { Api } from '../endpoint';
import { liveRoutes } from './live';
import { messageRoutes } from './messages';

export function notificationRoutes(api: Api): void {
  messageRoutes(api);
  liveRoutes(api);
}
