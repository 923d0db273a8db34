import type { DesktopBridge } from '../../shared/contract/bridge.ts';
import { IpcTransport } from './ipc-transport.ts';
import type { Transport } from './transport.ts';
import { WsTransport } from './ws-transport.ts';

/** What the desktop program puts here before any script of the page runs; `undefined` in a browser. */
export const desktop = (): DesktopBridge | undefined => (window as { readonly tandem?: DesktopBridge }).tandem;

export function chooseTransport(): Transport {
  const bridge = desktop();
  return bridge === undefined ? new WsTransport() : new IpcTransport(bridge);
}
