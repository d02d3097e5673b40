import { BY_RFC, LAST_CHANGE_NUMBER, MODIFY_TIMESTAMP, type DirectoryProfile } from './profile.ts'

/** What PingDirectory, OpenDJ and Oracle Unified Directory have from OpenDS, their common ancestor. */
export const OPENDS = {
  ...BY_RFC,
  status: { attribute: 'ds-pwp-account-disabled', disabledWhen: ['true'], whenAbsent: 'enabled', expectEmpty: false },
  expires: ['ds-pwp-account-expiration-time'],
  memberOf: 'isMemberOf',
  changeTokens: [LAST_CHANGE_NUMBER, MODIFY_TIMESTAMP],
} satisfies Omit<DirectoryProfile, 'product'>
