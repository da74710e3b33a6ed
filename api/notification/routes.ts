import type { Api } from '../endpoint';
import { contactRoutes } from './contact';
import { deliveryRoutes } from './deliveries';
import { messageRoutes } from './messages';
import { webhookRoutes } from './webhooks';

export function notificationRoutes(api: Api): void {
  messageRoutes(api);
  contactRoutes(api);
  webhookRoutes(api);
  deliveryRoutes(api);
}
