import { AppError } from '../../../shared/contract/errors.ts';
import { toAppError, withoutSecrets } from '../dispatcher.ts';
import type { Host } from '../host/host.ts';
import { kindOf } from '../host/open-sides.ts';
import { secretsIn, splitUrl, type SplitUrl } from '../secrets/split-url.ts';

/** What was given as an address, without its password and meaning the same from every folder. */
export function addressOf(host: Host, typed: string): SplitUrl {
  const { url, password } = splitUrl(typed);
  return { url: knownKind(host, url).absolute?.(url) ?? url, password };
}

function knownKind(host: Host, url: string): ReturnType<typeof kindOf> {
  try {
    return kindOf(url, host.parts.kinds);
  } catch (cause) {
    if (!(cause instanceof AppError) || cause.code !== 'url-unknown') throw cause;
    const shown = JSON.stringify(cause.subject.path ?? '');
    throw new AppError({
      ...cause.toBody(),
      message: `Opening ${shown} failed: Tandem cannot tell from this address what kind of database it is.`,
    });
  }
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
