import { readEnvFile } from '@provisioner/shared/env-file.ts'
import { readServiceArguments } from '@provisioner/shared/service-arguments.ts'
import { runService } from '@provisioner/shared/service.ts'
import { openAccounts } from '@provisioner/zendesk/open-account.ts'
import { startWorker } from './worker.ts'

readServiceArguments('worker', 'PROVISIONER_CONFIG, LOG_LEVEL, HEALTH_HOST, HEALTH_PORT')
readEnvFile()
await runService({ name: 'worker', defaultHealthPort: 9102 }, async ({ config, redis, bullmq, log, owned }) => {
  const accounts = owned.use(openAccounts({ config, redis, log }))
  owned.use(await startWorker({ config, redis, bullmq, accounts: (id) => accounts.get(id), log }))
})
