import type { Wire } from './wire.ts';

/** Whatever one says the other hears, until one of them ends. */
export function joinWires(near: Wire, far: Wire): void {
  near.onClose(() => far.close());
  far.onClose(() => near.close());
  far.onText((text) => near.send(text));
  near.onText((text) => far.send(text));
}
