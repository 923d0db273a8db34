/**
 * What passwords, tokens and keys are called where they stand behind a name, as the text of a pattern: `sslpassword`,
 * `proxyPassword`, `secretAccessKey`, `X-Amz-Signature`.
 */
export const SECRET_NAME = String.raw`(?:[\w.-]*(?:password|passwd|passphrase|pwd|secret|token|signature|(?:access|account|api|private|shared)[_-]?key)|pass|sig|auth|key|hexkey|authMechanismProperties)`;

const whole = new RegExp(`^${SECRET_NAME}$`, 'i');

/** Does a parameter of this name hold what nobody may see? */
export const isSecretName = (name: string): boolean => whole.test(name);

const named = new RegExp(`(${SECRET_NAME}=).+`, 'is');

/** An address of which nobody knows where a secret in it ends: nothing of it is left from the first one on. */
export const withoutNamedSecrets = (address: string): string => address.replace(named, '$1***');
