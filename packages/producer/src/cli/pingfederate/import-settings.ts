import type { Exported, Setting } from './export-file.ts'
import type { Report } from './report.ts'

/** What a connection's target settings say. */
export interface ImportedSettings {
  /** Zendesk's address; undefined where the export does not tell it. */
  readonly url: string | undefined
  readonly actions: Readonly<Record<'create' | 'update', boolean>>
  readonly provisionDisabled: boolean
  /** What becomes of who leaves, whatever the cause. */
  readonly remove: 'suspend' | 'delete' | 'ignore'
}

/**
 * Turns target settings into keys of the configuration. Nobody documents how the plug-in names them in the API, and
 * its versions differ: they are known by the words of their labels, whatever the case and what stands between them.
 *
 *   label                          | becomes
 *   -------------------------------|-----------------------------------------------
 *   Sub-domain                     | accounts.*.url
 *   administrator email, API token | accounts.*.auth, by the environment
 *   User Create, User Update       | users.actions
 *   User Disable / Delete          | users.remove: ignore, when it is off
 *   Remove User Action             | users.remove: suspend or delete
 *   Provision Disabled Users       | users.provisionDisabled
 *   any other                      | nothing: it is told
 */
export function importSettings({ settings }: Exported, report: Report): ImportedSettings {
  let url: string | undefined
  const actions = { create: true, update: true }
  let provisionDisabled = false
  let removes = true
  let action: 'suspend' | 'delete' = 'suspend'
  for (const setting of settings) {
    const option = `targetSettings.${setting.name}`
    const words = setting.name.toLowerCase().replaceAll(/[^a-z]/g, '')
    const value = setting.value?.trim() ?? ''
    const isOn = value === '' ? undefined : /^(true|yes|on|1)$/i.test(value)
    if (/token|password|secret|key$/.test(words))
      report.differs(option, 'accounts.*.auth', 'an OAuth client in its place: Zendesk ends API tokens on 2027-04-30')
    else if (/mail|username|adminuser/.test(words))
      report.differs(option, 'accounts.*.auth', 'needed with an API token alone; list the account’s owner in protect')
    else if (words.includes('subdomain') || words === 'domain' || words.includes('url')) {
      url = urlOf(value)
      if (url) report.taken(option, 'accounts.*.url', url)
      else report.toDo(option, 'accounts.*.url', 'is no address: ZENDESK_URL in the environment says it')
    } else if (words.includes('provisiondisabled')) {
      provisionDisabled = isOn === true
      report.taken(option, 'users.provisionDisabled', String(provisionDisabled))
    } else if (words.includes('removeuser') || words.includes('removeaction')) {
      action = /delete/i.test(value) ? 'delete' : 'suspend'
      report.taken(option, 'users.remove', `${action}, for all causes; each can be set by itself`)
    } else if (words.includes('usercreate') || words.includes('createuser')) {
      actions.create = isOn !== false
      report.taken(option, 'users.actions.create', String(actions.create))
    } else if (words.includes('userupdate') || words.includes('updateuser')) {
      actions.update = isOn !== false
      report.taken(option, 'users.actions.update', String(actions.update))
    } else if (words.includes('userdisable') || words.includes('disableuser') || words.includes('userdelete')) {
      removes = isOn !== false
      report.taken(option, 'users.remove', removes ? 'on' : 'off: ignore')
    } else report.lacking(option, 'nobody knows what it means')
  }
  if (url === undefined)
    report.toDo('targetSettings', 'accounts.*.url', 'the sub-domain is not in the export: ZENDESK_URL says it')
  const remove = removes ? action : 'ignore'
  if (provisionDisabled && remove === 'delete') {
    report.differs(
      'Provision Disabled Users',
      'users.provisionDisabled',
      'with Remove User Action: Delete a disabled user would be deleted and created for ever: it is off here',
    )
    provisionDisabled = false
  }
  return { url, actions, provisionDisabled, remove }
}

/** `acme`, `acme.zendesk.com` and `https://acme.zendesk.com/agent` are one account. */
function urlOf(value: Setting['value'] & string): string | undefined {
  const host = value.replace(/^https?:\/\//i, '').replace(/\/.*$/, '')
  if (/^[a-z0-9][a-z0-9-]*$/i.test(host)) return `https://${host.toLowerCase()}.zendesk.com`
  return /^[a-z0-9][a-z0-9.-]*$/i.test(host) ? `https://${host.toLowerCase()}` : undefined
}
