/** What helps against the errors of connecting that admins meet, by Node's and OpenSSL's codes. */
const ADVICE: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'Nothing listens there: check host and port, and that the server runs',
  ENOTFOUND: "The host's name is unknown: check it, and the name service",
  EAI_AGAIN: 'The name service does not answer',
  ECONNRESET: 'The server closes the connection: check ldap:// against ldaps://',
  ETIMEDOUT: 'Check host and port, and the firewalls between',
  NO_ANSWER: 'Check host and port, and the firewalls between',
  EPROTO: 'The server does not speak TLS there: check ldap:// against ldaps://',
  ERR_SSL_WRONG_VERSION_NUMBER: 'The server does not speak TLS there: check ldap:// against ldaps://',
  ENOENT: 'Check tls.caFile, tls.certFile and tls.keyFile',
  EACCES: 'Check tls.caFile, tls.certFile and tls.keyFile',
  DEPTH_ZERO_SELF_SIGNED_CERT: "Put the certificate of the server's authority into tls.caFile",
  SELF_SIGNED_CERT_IN_CHAIN: "Put the certificate of the server's authority into tls.caFile",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "Put the certificate of the server's authority into tls.caFile",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "Put the certificate of the server's authority into tls.caFile",
  CERT_HAS_EXPIRED: "The server's certificate has expired: renew it",
  ERR_TLS_CERT_ALTNAME_INVALID: "Use the server's name as its certificate has it",
}

/** What a server does that does not trust the certificate which it is shown: by TLS 1.3 it closes the connection. */
const OF_OUR_CERTIFICATE = 'Unless it is down, it does not take the certificate in tls.certFile: check who signed it'

/** A sentence on what to do, or nothing. `certFile`: of the certificate that the server was shown. */
export function adviceOnConnecting(error: Error, certFile?: string): string {
  const known = 'code' in error && typeof error.code === 'string' ? ADVICE[error.code] : undefined
  const advice = known ?? (certFile === undefined ? undefined : OF_OUR_CERTIFICATE)
  return advice === undefined ? '' : `${advice}.`
}
