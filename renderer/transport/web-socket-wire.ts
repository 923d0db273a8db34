import type { Wire } from '../../shared/transport/wire.ts';

/** Opens a WebSocket; rejects where nobody answers or the login has ended. */
export function openWire(url: string): Promise<Wire> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, ['tandem']);
    socket.addEventListener('error', () => reject(new Error('refused')), { once: true });
    socket.addEventListener('open', () => resolve(wireOver(socket)), { once: true });
  });
}

function wireOver(socket: WebSocket): Wire {
  const waiting: string[] = [];
  let listener = (text: string): void => void waiting.push(text);
  socket.addEventListener('message', ({ data }) => listener(String(data)));
  return {
    send: (text) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(text);
    },
    onText: (heard) => {
      listener = heard;
      for (const text of waiting) heard(text);
    },
    onClose: (ended) => {
      if (socket.readyState === WebSocket.CLOSED) queueMicrotask(ended);
      else socket.addEventListener('close', () => ended(), { once: true });
    },
    close: () => socket.close(),
  };
}
