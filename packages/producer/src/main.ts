import { dataFolder } from '@provisioner/history/database/open-history.ts'
import { readEnvFile } from '@provisioner/shared/env-file.ts'
import { readServiceArguments } from '@provisioner/shared/service-arguments.ts'
import { runService } from '@provisioner/shared/service.ts'
import { openAccounts } from '@provisioner/zendesk/open-account.ts'
import { judgeConfig } from './judge-config.ts'
import { startProducer } from './producer.ts'
import { tuneHeap } from './tune-heap.ts'

tuneHeap()
readServiceArguments('producer', 'PROVISIONER_CONFIG, PROVISIONER_DATA, LOG_LEVEL, HEALTH_HOST, HEALTH_PORT')
readEnvFile()
await runService({ name: 'producer', defaultHealthPort: 9101, judge: judgeConfig }, async (service) => {
  const { config, configPath, redis, bullmq, log, owned } = service
  const accounts = owned.use(openAccounts({ config, redis, log }))
  const zendesk = (account: string) => accounts.get(account).client
  owned.use(
    await startProducer({ config, configPath, dataFolder: dataFolder(process.env), redis, bullmq, zendesk, log }),
  )
})
