import type { WindowBridge } from '../../shared/transport/bridge.ts';
import { IpcTransport } from './ipc-transport.ts';
import type { Transport } from './transport.ts';
import { WsTransport } from './ws-transport.ts';

/** The desktop program puts its bridge here before any script of the page runs. */
export function chooseTransport(): Transport {
  const bridge = (window as { readonly tandem?: WindowBridge }).tandem;
  return bridge === undefined ? new WsTransport() : new IpcTransport(bridge);
}
