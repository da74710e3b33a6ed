import type { Api } from '../endpoint';
import { messageRoutes } from './messages';

export function notificationRoutes(api: Api): void {
  messageRoutes(api);
}
