import type { Api } from '../endpoint';
import { contactRoutes } from './contact';
import { deliveryRoutes } from './deliveries';
import { liveRoutes } from './live';
import { messageRoutes } from './messages';
import { webhookRoutes } from './webhooks';

export function notificationRoutes(api: Api): void {
  messageRoutes(api);
  liveRoutes(api);
  contactRoutes(api);
  deliveryRoutes(api);
  webhookRoutes(api);
}
