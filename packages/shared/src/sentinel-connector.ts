import { SentinelConnector } from 'ioredis'

/**
 * Listens to the Sentinels for a failover while it is connected, and not while it looks for the primary: the connector
 * of ioredis 6.0.0 takes a word that comes then for an order to disconnect, ends its client, and what the service asks
 * of Redis from then on fails for good. A failover that is told in that time is found by what the Sentinels answer, or
 * by the primary's silence.
 */
export class DeafWhileLooking extends SentinelConnector {
  override connect(...args: Parameters<SentinelConnector['connect']>): ReturnType<SentinelConnector['connect']> {
    // lets go of those who were listened to; of the connection that was lost nothing is left to close
    this.disconnect()
    return super.connect(...args)
  }
}
