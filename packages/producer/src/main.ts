import { dataFolder } from '@provisioner/history/database/open-history.ts'
import { readEnvFile } from '@provisioner/shared/env-file.ts'
import { addLedgerMetrics } from '@provisioner/shared/metrics/ledger-metrics.ts'
import { accountsOf } from '@provisioner/shared/redis.ts'
import { readServiceArguments } from '@provisioner/shared/service-arguments.ts'
import { runService } from '@provisioner/shared/service.ts'
import { meterBudget, meterRequests } from '@provisioner/zendesk/meter-account.ts'
import { openAccounts } from '@provisioner/zendesk/open-account.ts'
import { judgeConfig } from './judge-config.ts'
import { meterCycles } from './meter-cycles.ts'
import { startProducer } from './producer.ts'
import { tuneHeap } from './tune-heap.ts'

tuneHeap()
readServiceArguments('producer', 'PROVISIONER_CONFIG, PROVISIONER_DATA, LOG_LEVEL, HEALTH_HOST, HEALTH_PORT')
readEnvFile()
await runService({ name: 'producer', defaultHealthPort: 9101, judge: judgeConfig }, async (service) => {
  const { config, configPath, redis, bullmq, log, metrics, owned } = service
  const accounts = owned.use(openAccounts({ config, redis, log }))
  const zendesk = (account: string) => accounts.get(account).client
  const metered = new Map(accountsOf(config.connections).map((id) => [id, accounts.get(id)]))
  meterRequests(metrics, metered)
  meterBudget(metrics, metered)
  addLedgerMetrics(metrics, redis, config.connections)
  const meterOf = meterCycles(metrics)
  const folder = { dataFolder: dataFolder(process.env) }
  owned.use(await startProducer({ config, configPath, ...folder, redis, bullmq, zendesk, meterOf, log }))
})
