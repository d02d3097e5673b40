import { BY_RFC, type DirectoryProfile } from './profile.ts'

export const ds389: DirectoryProfile = {
  ...BY_RFC,
  product: '389 Directory Server',
  signs: [{ attribute: 'vendorversion', value: /^(389|Red Hat|Fedora)-Directory\// }],
  id: 'nsUniqueId',
  status: { attribute: 'nsAccountLock', disabledWhen: ['true'], whenAbsent: 'enabled', expectEmpty: false },
}
