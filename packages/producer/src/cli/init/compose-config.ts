import { PROFILES } from '@provisioner/shared/directory-profiles/profiles.ts'
import { nameSome } from '../../cycle/name-some.ts'
import { composeMapping } from './compose-mapping.ts'
import type { DirectorySurvey, SeenServer } from './survey-directory.ts'
import type { ZendeskSurvey } from './survey-zendesk.ts'
import { comment, count, list, scalar } from './yaml-text.ts'

/** References that stand in the place of secrets. */
export interface References {
  readonly redis: string
  readonly bindPassword: string
  readonly clientId: string
  readonly clientSecret: string
}

/** All that a configuration is made of. */
export interface Found {
  readonly connection: string
  readonly account: string
  readonly references: References
  readonly directory: {
    readonly url: string
    readonly caFile?: string | undefined
    readonly bindDn?: string | undefined
    readonly base: string
    readonly server: SeenServer
    readonly survey: DirectorySurvey
  }
  /** Undefined where nobody looked. */
  readonly zendesk: { readonly url: string; readonly survey: ZendeskSurvey | undefined }
  /** `2026-11-30`. */
  readonly day: string
}

/**
 * A configuration of what was found, with what it was made of in comments. It does nothing that can't be taken back:
 * nobody is deleted, the first plan waits for approval, and the guard has its usual limits.
 */
export function composeConfig(found: Found): string {
  const lines = [...top(found), ...account(found), ...connection(found), ...users(found), ...groups(found), ...end()]
  return `${lines.join('\n')}\n`
}

function top({ day, references }: Found): string[] {
  return [
    '# yaml-language-server: $schema=docs/provisioner.schema.json',
    '#',
    ...comment(
      0,
      `Written by 'provisioner init' on ${day} from what it found; counts are of that day. ` +
        'docs/configuration.md says what each key means, and what it is when it is not there.',
    ),
    '#',
    ...comment(0, 'Secrets never stand in this file: ${env:NAME} takes them from the environment, or from .env.'),
    'version: 1',
    '',
    'redis:',
    `  url: ${JSON.stringify(references.redis)}`,
    '',
  ]
}

function account({ account: name, references, zendesk: { url, survey } }: Found): string[] {
  const who =
    survey && `Signed in as ${survey.email ?? 'somebody without an address'}, role ${survey.role ?? 'unknown'}.`
  const grants = survey?.limit === undefined ? '' : ` ${count(survey.limit)} requests a minute.`
  return [
    'accounts:',
    ...comment(
      2,
      survey ? `${who}${grants}` : 'Nobody has looked at this account: correct its address, and run provisioner check.',
    ),
    `  ${name}:`,
    `    url: ${scalar(url)}`,
    '    auth:',
    `      clientId: ${JSON.stringify(references.clientId)}`,
    `      clientSecret: ${JSON.stringify(references.clientSecret)}`,
    ...comment(4, 'Other apps use this account as well: a fifth of its requests a minute stays theirs.'),
    '    reserve: 20%',
    ...comment(
      4,
      "These users are never linked and never written, whatever the directory says. Add the account's owner.",
    ),
    `    protect: ${list(survey?.email === undefined ? [] : [survey.email])}`,
    '',
  ]
}

function connection({ connection: id, account: name, references, directory }: Found): string[] {
  const { url, caFile, bindDn, server } = directory
  const { status } = PROFILES[server.type]
  return [
    'connections:',
    ...comment(2, 'The id is part of every key in Redis: choose it once and leave it.'),
    `  - id: ${id}`,
    `    account: ${name}`,
    ...comment(
      4,
      'A look at the directory every minute, and when it says that something changed; a full cycle at two.',
    ),
    '    schedule: { every: 60s, full: "0 2 * * *" }',
    '',
    '    directory:',
    ...comment(6, `The server is ${server.name}. The type says what its immutable id is called, and who is disabled.`),
    `      type: ${server.type}`,
    `      urls: ${list([url])}`,
    ...(caFile === undefined ? [] : [`      tls: { caFile: ${JSON.stringify(caFile)}, verify: true }`]),
    ...(bindDn === undefined
      ? comment(6, 'Nobody binds: the directory is read anonymously.')
      : [`      bindDn: ${scalar(bindDn)}`, `      bindPassword: ${JSON.stringify(references.bindPassword)}`]),
    ...(status
      ? comment(6, `Disabled is who ${status.attribute} says is.`)
      : [
          ...comment(6, 'This kind of server has no attribute of its own that says who is disabled. If yours has one:'),
          '      # status: { attribute: employeeType, disabledWhen: [left] }',
        ]),
    '',
  ]
}

function users({ directory: { base, survey }, zendesk }: Found): string[] {
  const { people, unidentified } = survey
  const disabled = people.disabled === 0 ? '' : `, ${count(people.disabled)} of them disabled`
  const elsewhere = (people.where?.elsewhere ?? []).map((one) => `${count(one.count)} below ${one.base}`)
  return [
    '    users:',
    ...comment(
      6,
      `People below ${base}: ${count(people.count)}${disabled}.` +
        (elsewhere.length === 0 ? '' : ` Not below the base that follows: ${nameSome(elsewhere).join('; ')}.`),
    ),
    ...(people.count === 0
      ? comment(6, 'Nobody was found: correct the base, or let the bind DN read what is there.')
      : []),
    ...(unidentified === 0
      ? []
      : comment(6, `${count(unidentified)} entries do not show the immutable id: let the bind DN read it.`)),
    '      locations:',
    `        - base: ${scalar(people.where?.base ?? base)}`,
    ...comment(10, 'Everybody below the base. To choose, one of these:'),
    '          # filter: (employeeType=support)',
    `          # group: cn=zendesk,ou=groups,${base.replace(/\s+/g, ' ')}`,
    '      match: email',
    ...comment(
      6,
      'Who leaves is suspended, and nobody is deleted. Of agents, downgrade and light-agent free the seat.',
    ),
    '      remove: { disabled: suspend, deleted: suspend, outOfScope: suspend, agents: suspend }',
    ...comment(6, 'true: Zendesk welcomes users that are created by mail.'),
    '      verificationMail: false',
    '',
    ...comment(6, "Zendesk's attribute on the left, the directory's on the right."),
    '      map:',
    ...composeMapping(survey, zendesk.survey),
    '',
  ]
}

/** Groups that were made for Zendesk, by their names. */
const FOR_ZENDESK = ['zd-', 'zendesk']

function groups({ directory: { base, survey } }: Found): string[] {
  const { naming, names, where, ...found } = survey.groups
  const how = [...naming].map(([attribute, some]) => `${attribute} ${count(some)}`)
  const prefixes = FOR_ZENDESK.filter((prefix) => names.some(({ name }) => name.toLowerCase().startsWith(prefix)))
  const off = prefixes.length === 0 ? '# ' : ''
  const terms = (prefixes.length === 0 ? ['zd-'] : prefixes).map((prefix) => `(cn=${prefix}*)`)
  return [
    ...comment(
      4,
      `Groups below ${base}: ${count(found.count)}` +
        (how.length === 0 ? '. ' : `; they name members by ${how.join(', ')}. `) +
        (off === ''
          ? 'Those that sound as if they were for Zendesk are provisioned; one that was there before is never deleted.'
          : 'None is provisioned: without this section there are no groups and no memberships.'),
    ),
    `    ${off}groups:`,
    `    ${off}  locations:`,
    `    ${off}    - base: ${scalar(where?.base ?? base)}`,
    `    ${off}      filter: ${terms.length === 1 ? terms[0]! : `(|${terms.join('')})`}`,
    `    ${off}  match: cn`,
    `    ${off}  remove: delete-created`,
    '',
  ]
}

function end(): string[] {
  return [
    ...comment(
      4,
      "What goes beyond the guard's limits (docs/guard.md) within a day waits for an admin, " +
        'and so does the first plan as a whole: see provisioner plan, then provisioner approve.',
    ),
    '    firstRun: approve',
  ]
}
