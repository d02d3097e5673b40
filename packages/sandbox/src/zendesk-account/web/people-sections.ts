import type { Account } from '../account.ts'
import type { GroupRecord, UserRecord } from '../records.ts'
import { compareNames } from '../routes/pages.ts'
import { identitiesOf } from '../users/find-users.ts'
import { html, type Html } from './html.ts'
import { pill, section } from './section.ts'

/** Rows that a browser shows without effort; the rest is found by searching. */
const SHOWN = 200

export function usersSection(account: Account, search: string): Html {
  const found = account.users.all().filter((user) => matches(search, wordsOf(account, user)))
  return section({
    id: 'users',
    title: 'Users',
    note: found.length > SHOWN ? `${SHOWN} of ${found.length}` : String(found.length),
    columns: ['Name', 'Email', 'Role', 'State', 'External id', 'Groups', 'Organization', 'Phone', 'Tags', 'Id'],
    rows: found.slice(0, SHOWN).map((user) => userRow(account, user)),
    empty: 'Nobody of this name, address, external id or group.',
  })
}

export function groupsSection(account: Account, search: string): Html {
  const groups = account.groups.all().filter((group) => !group.deleted && matches(search, wordsOfGroup(account, group)))
  return section({
    id: 'groups',
    title: 'Groups',
    note: String(groups.length),
    columns: ['Name', 'Members', '', 'Description', 'Id'],
    rows: groups.sort(compareNames).map((group) => groupRow(account, group)),
    empty: 'No group of this name or member.',
  })
}

function userRow(account: Account, user: UserRecord): Html {
  const [primary, ...others] = identitiesOf(account, user.id).filter((one) => one.type === 'email')
  return html`<tr class="${user.active ? '' : 'gone'}">
    <td>${user.name}</td>
    <td>
      ${primary?.value ?? html`<span class="soft">–</span>`}
      ${others.map(({ value }) => html`<div class="soft">${value}</div>`)}
    </td>
    <td>${rolePill(account, user)}</td>
    <td>${statePill(user)}</td>
    <td><code>${user.external_id}</code></td>
    <td class="wide">${groupsOf(account, user).map((group) => pill(group.name))}</td>
    <td>${user.organization_id === null ? '' : account.organizations.get(user.organization_id)?.name}</td>
    <td class="num">${user.phone}</td>
    <td>${user.tags.map((tag) => pill(tag, 'plain'))}</td>
    <td class="num">${user.id}</td>
  </tr>`
}

function groupRow(account: Account, group: GroupRecord): Html {
  const members = membersOf(account, group)
  const named = members.slice(0, 12).map((user) => pill(user.name, user.suspended ? 'warn' : 'plain'))
  return html`<tr>
    <td>${group.name} ${group.default && pill('default', 'good')} ${!group.is_public && pill('private', 'warn')}</td>
    <td class="num">${members.length}</td>
    <td class="wide">
      ${named} ${members.length > 12 && html`<span class="soft">and ${members.length - 12} more</span>`}
    </td>
    <td class="wide">${group.description}</td>
    <td class="num">${group.id}</td>
  </tr>`
}

function rolePill(account: Account, user: UserRecord): Html {
  const custom = user.custom_role_id === null ? undefined : account.customRoles.get(user.custom_role_id)?.name
  if (user.role === 'end-user') return pill('end-user', 'plain')
  return pill(custom === undefined ? user.role : `${user.role}: ${custom}`, user.role === 'admin' ? 'good' : '')
}

function statePill(user: UserRecord): Html {
  if (!user.active) return pill('deleted', 'bad')
  return user.suspended ? pill('suspended', 'warn') : pill('active', 'good')
}

function groupsOf(account: Account, user: UserRecord): GroupRecord[] {
  return account.memberships.by('user', user.id).flatMap(({ group_id }) => account.groups.get(group_id) ?? [])
}

function membersOf(account: Account, group: GroupRecord): UserRecord[] {
  return account.memberships.by('group', group.id).flatMap(({ user_id }) => account.users.get(user_id) ?? [])
}

function wordsOf(account: Account, user: UserRecord): string {
  const emails = identitiesOf(account, user.id).map((one) => one.value)
  const groups = groupsOf(account, user).map((group) => group.name)
  return [user.name, user.role, user.id, user.external_id ?? '', ...emails, ...groups, ...user.tags].join(' ')
}

function wordsOfGroup(account: Account, group: GroupRecord): string {
  return [group.name, ...membersOf(account, group).map((user) => user.name)].join(' ')
}

function matches(search: string, words: string): boolean {
  const text = words.toLowerCase()
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word))
}
