import { z } from 'zod'
import { Location } from './location.ts'
import { ALWAYS, Delay } from './scalars.ts'
import { LeaversTickets } from './leavers-tickets.ts'
import { UserMap } from './user-map.ts'

const Removal = z.enum(['suspend', 'delete', 'ignore']).default('suspend')

const Seat = z.enum(['suspend', 'downgrade', 'light-agent'])
const SeatByCause = z.strictObject({
  disabled: Seat.default('suspend').describe('Of an agent whose entry is disabled.'),
  deleted: Seat.default('suspend').describe('Of an agent whose entry is gone.'),
  outOfScope: Seat.default('suspend').describe('Of an agent whose entry none of the locations finds any more.'),
})

export const UsersConfig = z
  .strictObject({
    locations: z.array(Location).min(1).describe('The source locations: an entry that any of them finds is in scope.'),
    match: z
      .enum(['email', 'external_id'])
      .default('email')
      .describe(
        'How an entry finds its user when Zendesk has one already: `email` looks by external id, then by address; `external_id` by external id alone.',
      ),
    actions: z
      .strictObject({
        create: z.boolean().default(true).describe('Create users that Zendesk does not have.'),
        update: z.boolean().default(true).describe('Write changed attributes.'),
      })
      .prefault({})
      .describe('What may be done. What is switched off is counted and shown, and not done.'),
    provisionDisabled: z
      .boolean()
      .default(false)
      .describe('Create users for disabled entries as well, suspended from the start.'),
    remove: z
      .strictObject({
        disabled: Removal.describe('What happens to the user of an entry that is disabled.'),
        deleted: Removal.describe('What happens to the user of an entry that is gone, as far as the bind DN may see.'),
        outOfScope: Removal.describe(
          'What happens to the user of an entry that is still there, and that none of the locations finds any more. ' +
            'An entry that was moved counts too, as far as the bind DN may see it in the same naming context.',
        ),
        agents: z
          .union([Seat.transform((seat) => ({ disabled: seat, deleted: seat, outOfScope: seat })), SeatByCause])
          .prefault('suspend')
          .describe(
            'The seat of a team member who is suspended, for all causes or by cause. `suspend`: the user keeps the paid ' +
              'seat, as Zendesk documents. `downgrade`: the user becomes an end user as well, and the seat is free. ' +
              '`light-agent`: the user becomes a light agent, if the account has that role, and the seat is free. Role, ' +
              'custom role, groups with the default one, brands and ticket restriction are remembered. A user who is ' +
              'back gets them again.',
          ),
        ...LeaversTickets,
      })
      .prefault({})
      .describe('The user of an entry that has left. `suspend` and `ignore` can be undone, `delete` can not.'),
    removeAfter: z
      .strictObject({
        disabled: Delay.prefault('0s').describe('How long after an entry is first seen disabled its user is removed.'),
        deleted: Delay.prefault('0s').describe('The same for an entry that is gone.'),
        outOfScope: Delay.prefault('0s').describe('The same for an entry that none of the locations finds any more.'),
      })
      .prefault({})
      .describe(
        'How long a leaver stays as they are, groups included, before `remove` says what becomes of them. Until then ' +
          'they are shown as leaving (`LEAVING`), with the time; if they are back by then, nothing has happened. ' +
          'A user whom a disabled entry finds in Zendesk for the first time is removed at once.',
      ),
    emailReuse: z
      .enum(['hold', 'relink'])
      .default('hold')
      .describe(
        'What happens when an entry has the address of one that left, or of one that is disabled: `hold` reports it and waits, `relink` gives the Zendesk user, with its tickets, to the entry that is active.',
      ),
    goneInZendesk: z
      .enum(['ask', 'recreate', 'leave'])
      .default('ask')
      .describe(
        'What a cycle does when a user was deleted in Zendesk, by hand or by its own deletion schedule, while the entry is still there: `ask` holds the creation of a new one until it is approved, `recreate` creates it at once, `leave` never does. Who was merged into another user is linked to that one, or reported, in any case.',
      ),
    oldEmail: z
      .enum(['keep', 'remove'])
      .default('keep')
      .describe(
        'Whether the former address stays as a secondary one after an address has changed. It goes in any case when the directory gives it to somebody else.',
      ),
    externalId: z
      .enum(['directoryId', 'none'])
      .default('directoryId')
      .describe(
        'What Zendesk’s external id carries: the directory id, or nothing of ours. `map.external_id` takes its place.',
      ),
    unknownLeavers: z
      .enum(['hold', 'ignore'])
      .default('hold')
      .describe(
        'What becomes of active users in Zendesk who carry an external id of the form of this directory’s ids, and whom no entry has: who left while Redis had lost what it knew. `hold` has each removed once an admin approves it, `ignore` never looks for them. They are looked for in full cycles, and after the first plan of an empty Redis.',
      ),
    logoutOnRemove: z
      .boolean()
      .default(true)
      .describe(
        'Whether a team member who is suspended is signed out everywhere at once. Without this, an open session goes ' +
          'on for as long as Zendesk lets it.',
      ),
    accountDefaultGroup: z
      .enum(['keep', 'leave'])
      .default('keep')
      .describe(
        'Zendesk puts every new agent, and everybody who is made one, into the account’s default group. `keep` leaves them there, `leave` takes them out again once the directory has put them into another group: an agent is always in one. Who was in it before we made them an agent, whom `map.default_group` gives it, or a group that the directory manages, stays.',
      ),
    verificationMail: z
      .boolean()
      .default(false)
      .describe(
        'Let Zendesk send its welcome mail to users that are created, but for those who are suspended from the start. Whether this is on or off, nothing else that is written has Zendesk mail anybody: no new address, no role, no restoration.',
      ),
    map: UserMap.describe(
      'What goes where: the Zendesk attribute on the left; on the right the directory attribute’s name, a list of them of which the first with a value counts, or the long form.',
    ),
  })
  .superRefine((users, context) => {
    if (users?.provisionDisabled === true && users.remove?.disabled === 'delete')
      context.addIssue({
        code: 'custom',
        path: ['remove', 'disabled'],
        message:
          'suspend or ignore: with provisionDisabled, a disabled user would be deleted and created again in every cycle',
      })
    if (users?.map?.organization !== undefined && users.map.organizations !== undefined)
      context.addIssue({
        code: 'custom',
        path: ['map', 'organizations'],
        message: 'either organization or organizations: the one would take away what the other gives',
      })
    if (users?.externalId === 'none' && users.map?.external_id !== undefined)
      context.addIssue({
        code: 'custom',
        path: ['externalId'],
        message: 'directoryId, or no map.external_id: external_id is mapped below',
      })
    if (users?.match === 'external_id' && users.externalId === 'none' && users.map?.external_id === undefined)
      context.addIssue({
        code: 'custom',
        path: ['match'],
        message: 'email, since externalId is none and nothing would ever match',
      })
  }, ALWAYS)
export type UsersConfig = z.infer<typeof UsersConfig>
