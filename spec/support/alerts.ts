import type { UnitData } from '../../lib/protocol/envelope.js';
import type { Received } from '../../lib/testing/virtual/cloud.js';

/** An alert with this text. */
export const alert = (message = ''): UnitData => ({
  messageType: 'alerts',
  items: [
    {
      tag: 'coreAlert',
      timestamp: '2026-01-01T00:00:00Z',
      node: { codename: 'n' },
      coreComponent: 'SM',
      message,
    },
  ],
});

/** The texts of the alerts that a cloud received. */
export const textOf = ({ data }: Received): string =>
  data.messageType === 'alerts' ? data.items.map((item) => ('message' in item ? item.message : '')).join() : '';
