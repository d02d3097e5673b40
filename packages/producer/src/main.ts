import { readEnvFile } from '@provisioner/shared/env-file.ts'
import { runService } from '@provisioner/shared/service.ts'
import { openAccounts } from '@provisioner/zendesk/open-account.ts'
import { judgeConfig } from './judge-config.ts'
import { startProducer } from './producer.ts'

readEnvFile()
await runService(
  { name: 'producer', defaultHealthPort: 9101, judge: judgeConfig },
  async ({ config, redis, bullmq, log, owned }) => {
    const accounts = owned.use(openAccounts({ config, redis, log }))
    owned.use(await startProducer({ config, redis, bullmq, zendesk: (account) => accounts.get(account).client, log }))
  },
)
