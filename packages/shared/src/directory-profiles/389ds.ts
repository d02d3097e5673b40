import { BY_RFC, LAST_CHANGE_NUMBER, MODIFY_TIMESTAMP, type DirectoryProfile } from './profile.ts'

export const ds389: DirectoryProfile = {
  ...BY_RFC,
  product: '389 Directory Server',
  signs: [{ attribute: 'vendorversion', value: /^(389|Red Hat|Fedora)-Directory\// }],
  id: 'nsUniqueId',
  status: { attribute: 'nsAccountLock', disabledWhen: ['true'], whenAbsent: 'enabled', expectEmpty: false },
  // of the USN plug-in, else of the retro changelog: each server counts for itself
  changeTokens: [{ of: 'root DSE', attribute: 'lastusn', isShared: false }, LAST_CHANGE_NUMBER, MODIFY_TIMESTAMP],
}
