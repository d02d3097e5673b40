import { z } from 'zod'
import { faultOfCertificates } from './certificates.ts'
import { ALWAYS, Text, textLike } from './scalars.ts'

const ADDRESS = 'redis://host:port or rediss://host:port'

const RedisUrl = textLike(/^rediss?:\/\/[^\s/]+/, ADDRESS).superRefine((text, context) => {
  if (context.issues.length > 0) return
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || url.hash !== '')
    context.addIssue({
      code: 'custom',
      message: `${ADDRESS}; in a password, signs such as / # ? @ are written %2F %23 %3F %40`,
    })
  else if (!/^(\/\d*)?$/.test(url.pathname))
    context.addIssue({
      code: 'custom',
      message: `${ADDRESS}, and behind it nothing but a database's number, such as /1`,
    })
})

const NODE = 'host:port, and nothing else: user and password are keys of their own'

/** A server's address, without a password. */
const Node = textLike(/^(\[[0-9A-Fa-f:.]+\]|[^\s/:?#@[\]]+):\d{1,5}$/, NODE).superRefine((text, context) => {
  if (context.issues.length === 0 && !URL.canParse(`redis://${text}`))
    context.addIssue({ code: 'custom', message: NODE })
})

const FORMS = ['url', 'sentinels', 'cluster'] as const
const ONE_FORM = 'either url, or sentinels and name, or cluster'

/** Where Redis is, in one of its forms: one server, what Sentinel calls the primary, or a cluster. */
export const RedisConfig = z
  .strictObject({
    url: RedisUrl.optional().describe(
      'The address of one server: `redis://` or, with TLS, `rediss://`; user, password and database may be part of it. Like every Redis of the product it has to have the policy `noeviction` for full memory.',
    ),
    sentinels: z
      .array(Node)
      .min(1)
      .optional()
      .describe('In place of `url`: the Sentinels, as `host:port`, which know where the primary is. Name all of them.'),
    name: Text.optional().describe('The name that the Sentinels have for the primary, such as `mymaster`.'),
    cluster: z
      .array(Node)
      .min(1)
      .optional()
      .describe(
        'In place of `url`: nodes of a cluster, as `host:port`; name several, the others are found. All that belongs to an account lies on one node, and accounts spread.',
      ),
    user: Text.optional().describe('With `sentinels` or `cluster`: the user of the servers. Default: theirs.'),
    password: Text.optional().describe(
      'With `sentinels` or `cluster`: the password of the servers. Write a reference, never the password itself.',
    ),
    sentinelPassword: Text.optional().describe(
      'The password of the Sentinels, where they have one. Write a reference, never the password itself.',
    ),
    database: z
      .int()
      .min(0)
      .optional()
      .describe('With `sentinels`: the number of the database. Default: 0, the only one that a cluster has.'),
    tls: z
      .strictObject({
        caFile: Text.optional().describe(
          'PEM file of the authority that signed the servers’ certificates, when the system does not know it.',
        ),
        verify: z
          .boolean()
          .default(true)
          .describe('`false` accepts any certificate, so that anyone in between can read along; every start says so.'),
      })
      .superRefine(({ caFile }, context) => {
        const fault = caFile === undefined ? undefined : faultOfCertificates(caFile)
        const allowed = 'a PEM file that this process may read, with the certificate of the authority'
        if (fault !== undefined)
          context.addIssue({ code: 'custom', path: ['caFile'], message: `${allowed}: this one ${fault}` })
      })
      .optional()
      .describe(
        'How servers prove who they are: for a `rediss://` address. With `sentinels` or `cluster` this section, `{}` at least, turns TLS on, for Sentinels as well.',
      ),
  })
  .superRefine((redis, context) => {
    // What is no section, or has a misspelt key, is told as that.
    if (redis === null || typeof redis !== 'object' || Array.isArray(redis)) return
    if (context.issues.some(({ code }) => code === 'unrecognized_keys')) return
    for (const { key, allowed } of misfits(redis))
      context.addIssue({ code: 'custom', path: key === undefined ? [] : [key], message: allowed })
  }, ALWAYS)
export type RedisConfig = z.infer<typeof RedisConfig>

type Written = { readonly [key in keyof RedisConfig]?: unknown }

/** Keys that do not go together, whatever they hold. */
function misfits(redis: Written): { key?: keyof RedisConfig; allowed: string }[] {
  const has = (key: keyof RedisConfig) => redis[key] !== undefined
  const forms = FORMS.filter(has)
  if (forms.length === 0)
    return [{ ...(!has('name') && { key: 'url' as const }), allowed: `this key is required: ${ONE_FORM}` }]
  if (forms.length > 1) return [{ key: forms[1]!, allowed: ONE_FORM }]
  const [form] = forms
  const wrong: { key: keyof RedisConfig; allowed: string }[] = []
  const refuse = (keys: readonly (keyof RedisConfig)[], allowed: string) =>
    wrong.push(...keys.filter(has).map((key) => ({ key, allowed })))
  if (form === 'sentinels' && !has('name'))
    wrong.push({ key: 'name', allowed: 'this key is required: the name that the Sentinels have for the primary' })
  if (form === 'url') {
    refuse(['user', 'password', 'database'], 'a part of url: redis://user:password@host:port/1')
    if (!String(redis.url).startsWith('rediss:'))
      refuse(['tls'], 'only with a rediss:// address: redis:// is not encrypted')
  }
  if (form !== 'sentinels') refuse(['name', 'sentinelPassword'], 'only with sentinels')
  if (form === 'cluster') refuse(['database'], 'only with sentinels: a cluster has database 0 alone')
  if (has('user') && !has('password') && form !== 'url')
    wrong.push({ key: 'password', allowed: 'user and password together, or the password alone' })
  return wrong
}

/** The servers that a configuration names, for a message: nothing of a password. */
export function serversOf({ url, sentinels, name, cluster }: RedisConfig): string {
  if (url !== undefined) return URL.canParse(url) ? new URL(url).host : 'redis'
  if (sentinels !== undefined) return `'${name}' of the Sentinels ${sentinels.join(', ')}`
  return `the cluster of ${(cluster ?? []).join(', ')}`
}
