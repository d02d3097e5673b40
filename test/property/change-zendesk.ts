import type { ZendeskView } from '../fixtures/zendesk-view.ts'
import type { GroupStep, UserStep } from './step.ts'

/** Changes Zendesk by hand; what Zendesk refuses, or nobody is there for, does nothing. */
export async function changeZendesk(zendesk: ZendeskView, step: UserStep | GroupStep): Promise<void> {
  try {
    await ('group' in step ? changeGroup(zendesk, step) : changeUser(zendesk, step))
  } catch (error) {
    if (!/ 4\d\d /.test(String(error))) throw error
  }
}

const CHANGES = {
  'by hand: suspend': { suspended: true },
  'by hand: unsuspend': { suspended: false },
  'by hand: external id': { external_id: null },
  'by hand: promote': { role: 'agent' },
  'by hand: demote': { role: 'end-user' },
}

async function changeUser(zendesk: ZendeskView, step: UserStep): Promise<void> {
  const user = await zendesk.user(step.email)
  if (!user) return
  if (step.do === 'by hand: delete') await zendesk.call('DELETE', `/api/v2/users/${user.id}`)
  else await zendesk.call('PUT', `/api/v2/users/${user.id}`, { user: CHANGES[step.do] })
}

async function changeGroup(zendesk: ZendeskView, step: GroupStep): Promise<void> {
  if (step.do === 'by hand: create group')
    return zendesk.call('POST', '/api/v2/groups', { group: { name: step.group } })
  const group = (await zendesk.groups()).find((one) => one.name === step.group)
  if (!group) return
  const path = `/api/v2/groups/${group.id}`
  if ('to' in step) return zendesk.call('PUT', path, { group: { name: step.to } })
  if (!('email' in step)) return zendesk.call('DELETE', path)

  const user = await zendesk.user(step.email)
  if (!user) return
  if (step.do === 'by hand: join')
    return zendesk.call('POST', '/api/v2/group_memberships', {
      group_membership: { user_id: user.id, group_id: group.id },
    })
  const { group_memberships: memberships } = await zendesk.call<{
    group_memberships: { id: number; group_id: number }[]
  }>('GET', `/api/v2/users/${user.id}/group_memberships`)
  const membership = memberships.find((one) => one.group_id === group.id)
  if (membership) await zendesk.call('DELETE', `/api/v2/group_memberships/${membership.id}`)
}
