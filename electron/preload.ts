import { contextBridge, ipcRenderer } from 'electron';
import type { DesktopBridge } from '../shared/contract/bridge.ts';
import { EngineLink, followEngine } from './shell/preload/engine-link.ts';
import { Channels } from './shell/preload/ipc-wire.ts';

const channels = new Channels(ipcRenderer);
const engine = new EngineLink(channels);

const tandem: DesktopBridge = {
  call: (method, params) => engine.call(method, params),
  subscribe: (listener, since) => engine.subscribe(listener, since),
  onEngine: (listener) => followEngine(channels, listener),
  onRoute: (listener) => channels.listen((message) => void (message.t === 'route' && listener(message.route))),
  shell: (name, params) => channels.send({ t: 'shell', name, params }),
};

contextBridge.exposeInMainWorld('tandem', tandem);
