import { contextBridge, ipcRenderer } from 'electron';
import { Channels } from '../../electron/shell/preload/ipc-wire.ts';

/* A preload that gives a page the wire itself, so that the suite of all transports can be run over it. */
const channels = new Channels(ipcRenderer);

contextBridge.exposeInMainWorld('wires', {
  open() {
    const wire = channels.wire();
    return {
      send: (text: string) => wire.send(text),
      onText: (listener: (text: string) => void) => wire.onText(listener),
      onClose: (listener: () => void) => wire.onClose(listener),
      close: () => wire.close(),
    };
  },
});
