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
  ENOENT: 'Check tls.caFile',
  EACCES: 'Check tls.caFile',
  DEPTH_ZERO_SELF_SIGNED_CERT: "Put the certificate of the server's authority into tls.caFile",
  SELF_SIGNED_CERT_IN_CHAIN: "Put the certificate of the server's authority into tls.caFile",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "Put the certificate of the server's authority into tls.caFile",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "Put the certificate of the server's authority into tls.caFile",
  CERT_HAS_EXPIRED: "The server's certificate has expired: renew it",
  ERR_TLS_CERT_ALTNAME_INVALID: "Use the server's name as its certificate has it",
}

/** A sentence on what to do, or nothing. */
export function adviceOnConnecting(error: Error): string {
  const advice = 'code' in error && typeof error.code === 'string' ? ADVICE[error.code] : undefined
  return advice === undefined ? '' : `${advice}.`
}
