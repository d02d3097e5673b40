import { z } from 'zod'
import { explain, placedError, readConfigFile } from '@provisioner/shared/config/load-config.ts'
import { nameKnownKeys } from '@provisioner/shared/config/explain-issue.ts'
import { readYaml } from '@provisioner/shared/config/read-yaml.ts'
import { Name, Text } from '@provisioner/shared/config/scalars.ts'
import { resolveSecrets } from '@provisioner/shared/config/secrets.ts'
import type { Questions, Secret } from './questions.ts'

/** What a file of answers has; a secret is best a reference, `${env:NAME}` or `${file:PATH}`. */
const Answers = z.strictObject({
  connection: Name.default('staff'),
  directory: z.strictObject({
    url: Text,
    caFile: Text.optional(),
    bindDn: Text.optional(),
    bindPassword: Text.optional(),
    base: Text.optional(),
  }),
  zendesk: z.strictObject({ url: Text, clientId: Text.optional(), clientSecret: Text.optional() }).optional(),
  redis: Text.default('redis://127.0.0.1:6379'),
  /** Whether secrets that stand in the file go to `.env`. */
  envFile: z.boolean().default(false),
})
type Answers = z.infer<typeof Answers>

const REFERENCE = /^\$\{(env|file):[^}]+\}$/

/** Reads a file of answers, whose references are followed. @throws ConfigError with every mistake */
export async function readAnswers(path: string, env: NodeJS.ProcessEnv): Promise<Questions> {
  const file = readYaml(await readConfigFile({ path, pathFrom: '--answers' }), path)
  const { value, missing } = resolveSecrets(file.value, env)
  const parsed = Answers.safeParse(value, { error: nameKnownKeys })
  const mistakes = [...missing, ...explain(parsed.error, file, missing)]
  if (!parsed.success || mistakes.length > 0) throw placedError(path, mistakes, file)
  return questionsOf(parsed.data, file.value as Partial<Answers>)
}

/** @param written the answers before their references were followed */
function questionsOf(answers: Answers, written: Partial<Answers>): Questions {
  const { directory, zendesk } = answers
  return {
    isPatient: false,
    connection: async () => answers.connection,
    directory: async () => ({
      ...directory,
      bindPassword: secret(directory.bindPassword, written.directory?.bindPassword),
    }),
    base: async ([first]) => directory.base ?? first,
    zendesk: async () =>
      zendesk && {
        url: zendesk.url,
        clientId: secret(zendesk.clientId, written.zendesk?.clientId),
        clientSecret: secret(zendesk.clientSecret, written.zendesk?.clientSecret),
      },
    redis: async () => secret(answers.redis, written.redis)!,
    envFile: async () => answers.envFile,
  }
}

function secret(value: string | undefined, written: string | undefined): Secret | undefined {
  if (value === undefined) return undefined
  return REFERENCE.test(written ?? '') ? { value, reference: written! } : { value }
}
