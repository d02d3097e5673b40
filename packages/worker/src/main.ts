import { readEnvFile } from '@provisioner/shared/env-file.ts'
import { readServiceArguments } from '@provisioner/shared/service-arguments.ts'
import { accountsOf } from '@provisioner/shared/redis.ts'
import { runService } from '@provisioner/shared/service.ts'
import { meterRequests } from '@provisioner/zendesk/meter-account.ts'
import { openAccounts } from '@provisioner/zendesk/open-account.ts'
import { meterJobs } from './meter-jobs.ts'
import { startWorker } from './worker.ts'

readServiceArguments('worker', 'PROVISIONER_CONFIG, LOG_LEVEL, HEALTH_HOST, HEALTH_PORT')
readEnvFile()
await runService({ name: 'worker', defaultHealthPort: 9102 }, async (service) => {
  const { config, redis, bullmq, log, metrics, owned } = service
  const accounts = owned.use(openAccounts({ config, redis, log }))
  meterRequests(metrics, new Map(accountsOf(config.connections).map((id) => [id, accounts.get(id)])))
  const onOutcome = meterJobs(metrics)
  owned.use(await startWorker({ config, redis, bullmq, accounts: (id) => accounts.get(id), onOutcome, log }))
})
