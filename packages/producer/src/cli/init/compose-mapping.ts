import { nameSome } from '../../cycle/name-some.ts'
import { chooseMapping, countsOf, isOfPerson, worthALook, type Proposal } from './choose-mapping.ts'
import type { DirectorySurvey } from './survey-directory.ts'
import type { ZendeskSurvey } from './survey-zendesk.ts'
import { comment, count, list, snippet } from './yaml-text.ts'

/** The lines below `map`: what is mapped, with how many people have it, and as comments what could be. */
export function composeMapping(survey: DirectorySurvey, zendesk: ZendeskSurvey | undefined): string[] {
  const counts = new Map(survey.attributes)
  const people = survey.people.count
  return [...mapped(counts, people), ...roles(survey, zendesk), ...further(counts, people, zendesk)]
}

function mapped(counts: ReadonlyMap<string, number>, people: number): string[] {
  const has = countsOf(counts)
  return chooseMapping(counts).flatMap(({ to, from }) => [
    ...comment(8, from.map((one) => `${one}: ${count(has(one))} of ${count(people)}`).join(', ')),
    ...(to === 'email' && has(from[0]!) === 0
      ? comment(8, 'Without an address nobody can be a user: name the attribute that has one.')
      : []),
    `        ${to}: ${from.length === 1 ? from[0]! : `{ from: ${list(from)} }`}`,
  ])
}

/** Groups whose names sound as if their members worked in Zendesk. */
const LIKE_AGENTS = /zendesk|agent|support|help ?desk|service ?desk/i

function roles({ groups }: DirectorySurvey, zendesk: ZendeskSurvey | undefined): string[] {
  const like = groups.names.filter(({ name }) => LIKE_AGENTS.test(name)).map(({ dn }) => dn)
  const [example = 'cn=agents,ou=groups,dc=acme,dc=com'] = like
  const custom = zendesk?.customRoles ?? []
  return [
    ...comment(
      8,
      'Everybody becomes an end user. Groups that make agents go below byGroup' +
        (like.length === 0 ? '.' : `; some sound like it: ${nameSome(like).join('; ')}.`),
    ),
    '        role:',
    '          default: end-user',
    ...snippet(10, `byGroup: { ${JSON.stringify(example)}: agent }`),
    ...(custom.length === 0
      ? []
      : [
          ...comment(8, `Custom roles of the account: ${custom.join(', ')}.`),
          ...snippet(8, `custom_role: { byGroup: { ${JSON.stringify(example)}: ${JSON.stringify(custom[0])} } }`),
        ]),
    ...((zendesk?.brands.length ?? 0) < 2
      ? []
      : [
          ...comment(8, `Brands of the account: ${zendesk!.brands.join(', ')}.`),
          ...snippet(8, `brands: { byGroup: { ${JSON.stringify(example)}: ${JSON.stringify(zendesk!.brands[0])} } }`),
        ]),
  ]
}

/** What needs a decision, as comments, and what else people have. */
function further(counts: ReadonlyMap<string, number>, people: number, zendesk: ZendeskSurvey | undefined): string[] {
  const has = countsOf(counts)
  const looks = worthALook(counts)
  const taken = new Set(
    [...chooseMapping(counts), ...looks].flatMap(({ from }) => from.map((one) => one.toLowerCase())),
  )
  const others = [...counts].filter(([name]) => isOfPerson(name) && !taken.has(name.toLowerCase()))
  const fields = zendesk?.userFields ?? []
  return [
    ...looks.flatMap(({ to, from }: Proposal) => [
      ...comment(8, `${from[0]!}: ${count(has(from[0]!))} of ${count(people)}`),
      `        # ${to}: ${to === 'organization' ? `{ from: ${from[0]!}, missing: report }` : from[0]!}`,
    ]),
    ...(fields.length === 0
      ? []
      : [
          ...comment(8, `User fields of the account: ${fields.map(({ key, type }) => `${key} (${type})`).join(', ')}.`),
          ...snippet(
            8,
            `user_fields: { ${fields[0]!.key}: ${nearest(
              fields[0]!.key,
              others.map(([name]) => name),
            )} }`,
          ),
        ]),
    ...(others.length === 0
      ? []
      : comment(8, `What people have besides: ${others.map(([name, some]) => `${name} ${count(some)}`).join(', ')}.`)),
  ]
}

/** The attribute that has the field's name, whatever its spelling; else a word to be replaced. */
function nearest(key: string, names: readonly string[]): string {
  const plain = (text: string) => text.toLowerCase().replace(/[^a-z0-9]/g, '')
  return names.find((name) => plain(name) === plain(key)) ?? 'ATTRIBUTE'
}
