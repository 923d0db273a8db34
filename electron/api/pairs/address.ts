import { toAppError, withoutSecrets } from '../dispatcher.ts';
import type { Host } from '../host/host.ts';
import { kindOf } from '../host/open-sides.ts';
import { secretsIn, splitUrl, type SplitUrl } from '../secrets/split-url.ts';

/** What was given as an address, without its password and meaning the same from every folder. */
export function addressOf(host: Host, typed: string): SplitUrl {
  const { url, password } = splitUrl(typed);
  return { url: kindOf(url, host.parts.kinds).absolute?.(url) ?? url, password };
}

/** Passwords that are not kept yet are blotted out of what goes wrong while they are tried. */
export async function withoutPasswords<T>(addresses: readonly (SplitUrl | null)[], work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const passwords = addresses.flatMap((address) => secretsIn(address?.password ?? ''));
    throw withoutSecrets(toAppError(cause, 'open'), passwords);
  }
}
