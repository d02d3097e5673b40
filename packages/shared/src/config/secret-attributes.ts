/**
 * Attributes that hold a person's or a machine's secret, by the schema that defines them. They are never asked for,
 * never mapped, and left out where a server gives them unasked.
 */
const SECRET_ATTRIBUTES: ReadonlySet<string> = new Set(
  [
    // RFC 4519, 2798 and 3112, with their numbers
    ['userPassword', '2.5.4.35', 'userPKCS12', '2.16.840.1.113730.3.1.216', 'authPassword', '1.3.6.1.4.1.4203.1.3.4'],
    // Active Directory: what [MS-ADTS] calls secret attributes, passwords of LAPS, keys of BitLocker, of managed
    // accounts
    ['unicodePwd', '1.2.840.113556.1.4.90', 'dBCSPwd', 'ntPwdHistory', 'lmPwdHistory', 'supplementalCredentials'],
    ['currentValue', 'priorValue', 'initialAuthIncoming', 'initialAuthOutgoing', 'trustAuthIncoming'],
    ['trustAuthOutgoing', 'ms-Mcs-AdmPwd', 'msLAPS-Password', 'msLAPS-EncryptedPassword'],
    ['msLAPS-EncryptedPasswordHistory', 'msLAPS-EncryptedDSRMPassword', 'msLAPS-EncryptedDSRMPasswordHistory'],
    ['msFVE-RecoveryPassword', 'msFVE-KeyPackage', 'msDS-ManagedPassword', 'unixUserPassword', 'msSFU30Password'],
    ['msPKIAccountCredentials', 'msPKIDPAPIMasterKeys', 'msTPM-OwnerInformation'],
    // Samba's NT4 schema
    ['sambaNTPassword', 'sambaLMPassword', 'sambaPasswordHistory', 'sambaClearTextPassword'],
    ['sambaPreviousClearTextPassword', 'ntPassword', 'lmPassword'],
    // MIT Kerberos, Heimdal, FreeIPA
    ['krbPrincipalKey', 'krbMKey', 'krb5Key', 'ipaNTHash', 'ipatokenOTPkey', 'ipaNTTrustAuthIncoming'],
    ['ipaNTTrustAuthOutgoing'],
    // OpenLDAP's policies and own configuration, 389 Directory Server, eDirectory, Oracle, one-time passwords
    ['pwdHistory', '1.3.6.1.4.1.42.2.27.8.1.20', 'olcRootPW', 'olcDbBindPassword', 'passwordHistory'],
    ['nsslapd-rootpw', 'nsds5ReplicaCredentials', 'nspmPassword'],
    ['nspmDistributionPassword', 'nspmPasswordKey', 'privateKey', 'orclPassword', 'orclPasswordVerifier'],
    ['oathSecret', 'totpSecret', 'googleAuthenticatorSecret'],
  ]
    .flat()
    .map((name) => name.toLowerCase()),
)

/** Whether an attribute holds a secret, whatever its case and its options (`;binary`, `;lang-de`). */
export function isSecretAttribute(name: string): boolean {
  const options = name.indexOf(';')
  return SECRET_ATTRIBUTES.has((options < 0 ? name : name.slice(0, options)).toLowerCase())
}
