'use strict';
/* Gives a forked process of Node what Electron gives a utility process: `process.parentPort`. */
const listeners = [];
process.parentPort = {
  postMessage: (message) => void process.send?.(message),
  on(event, listener) {
    if (event !== 'message') throw new Error(`StandInMissing: parentPort.on('${String(event)}')`);
    listeners.push(listener);
  },
};
process.on('message', (data) => {
  for (const listener of listeners) listener({ data });
});
// Electron ends its utility processes with the program.
process.on('disconnect', () => process.exit(0));
