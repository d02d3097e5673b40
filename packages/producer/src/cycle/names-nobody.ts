import type { ConnectionConfig } from '@provisioner/shared/config/config.ts'
import type { Problem } from '@provisioner/shared/problem.ts'
import type { Lookups } from '../mapping/resolve-names.ts'
import type { Named } from '../plan/lookup-fields.ts'
import { nameSome } from './name-some.ts'

/**
 * One problem for each lookup field in which entries name nobody whom the connection has in Zendesk, with how many
 * entries do.
 *
 * @param counts how many entries have this for their lookup fields
 */
export function namesNobody(
  { id, users }: Pick<ConnectionConfig, 'id' | 'users'>,
  counts: ReadonlyMap<Lookups, number>,
  nameOf: (value: string) => Named,
): Problem[] {
  const told = new Map<string, { count: number; readonly named: Set<string> }>()
  for (const [lookups, count] of counts)
    for (const [name, values] of Object.entries(lookups)) {
      if (!values.every((value) => nameOf(value) === 'nobody')) continue
      const one = told.get(name) ?? { count: 0, named: new Set() }
      one.count += count
      for (const value of values) one.named.add(value)
      told.set(name, one)
    }
  return [...told].map(([name, { count, named }]) => {
    const { masked, whenEmpty } = users.map.user_fields![name.slice('user_fields.'.length)]!
    const shown = masked ? '' : ` (${nameSome([...named]).join('; ')})`
    return {
      code: 'LOOKUP_USER_UNKNOWN',
      subject: 'connection',
      id: `${id}.${name}.lookups`,
      attribute: name,
      what:
        `${count === 1 ? '1 entry names' : `${count} entries name`} somebody whom this connection has not in ` +
        `Zendesk${shown}: their lookup field is ${whenEmpty === 'clear' ? 'emptied, or stays empty' : 'left as it is'}`,
      todo:
        'Have the people who are named in users.locations, or correct the entries. Values are compared with DNs: map an ' +
        'attribute that holds the DN of the other entry',
    }
  })
}

/** Of each lookup field, how many entries name somebody whose user is not linked yet. @param counts as above */
export function namesWaiting(
  counts: ReadonlyMap<Lookups, number>,
  nameOf: (value: string) => Named,
): Record<string, number> {
  const waiting: Record<string, number> = {}
  for (const [lookups, count] of counts)
    for (const [name, values] of Object.entries(lookups)) {
      const named = values.map(nameOf)
      if (named.includes('waits') && named.every((one) => typeof one !== 'number'))
        waiting[name] = (waiting[name] ?? 0) + count
    }
  return waiting
}
