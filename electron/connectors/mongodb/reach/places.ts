import { resolveSrv } from 'node:dns/promises';
import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';
import { parseAddress } from '../address.ts';

/** Where a server listens. */
export interface Place {
  readonly host: string;
  readonly port: number;
}

const DEFAULT_PORT = 27_017;

const isSrv = (url: string): boolean => /^mongodb\+srv:/i.test(url);

/** The computers of an address; those behind an SRV name are asked of its name service. */
export async function placesOf(url: string): Promise<readonly Place[]> {
  const { hosts } = parseAddress(url);
  if (!isSrv(url)) return hosts.map(placeOf);
  const found = await resolveSrv(`_mongodb._tcp.${hosts[0] ?? ''}`);
  return found.map(({ name, port }) => ({ host: name, port }));
}

/** `name`, `name:port`, `[IPv6]:port`. */
export function placeOf(text: string): Place {
  const [, bracketed, plain = '', port] = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d+))?$/.exec(text) ?? [];
  return { host: bracketed ?? plain, port: port === undefined ? DEFAULT_PORT : Number(port) };
}

/** How the connection is to be encrypted; null: it is not. Fails where a file that the address names cannot be read. */
export function encryptionOf(url: string): ConnectionOptions | null {
  const given = new URLSearchParams(url.split('?')[1] ?? '');
  const settings = new Map([...given].map(([name, value]) => [name.toLowerCase(), value]));
  const is = (name: string): boolean | undefined =>
    settings.has(name) ? settings.get(name)?.toLowerCase() === 'true' : undefined;
  const file = (name: string): Buffer | undefined => {
    const path = settings.get(name);
    return path === undefined ? undefined : readFileSync(path);
  };
  const [ca, own] = [file('tlscafile'), file('tlscertificatekeyfile')];
  const isOn = is('tls') ?? is('ssl') ?? (isSrv(url) || ca !== undefined || own !== undefined);
  if (!isOn) return null;
  const isLoose = is('tlsinsecure') === true;
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(own === undefined ? {} : { cert: own, key: own, passphrase: settings.get('tlscertificatekeyfilepassword') }),
    rejectUnauthorized: !isLoose && is('tlsallowinvalidcertificates') !== true,
    ...(isLoose || is('tlsallowinvalidhostnames') === true ? { checkServerIdentity: () => undefined } : {}),
  };
}
