/** Something of Electron that the stand-in host does not have: nobody may take its silence for an answer. */
export class StandInMissing extends Error {
  constructor(member: string) {
    super(`StandInMissing: ${member}`);
    this.name = 'StandInMissing';
  }
}

/** What the language itself, tests and printers ask of any object. */
const ASKED = new Set([
  'then',
  'toJSON',
  'constructor',
  'prototype',
  'name',
  'length',
  '__esModule',
  'default',
  '$$typeof',
  'nodeType',
  'asymmetricMatch',
  'domain',
]);

/** `what`, but a member that is not there throws `StandInMissing` when it is read, and cannot be set. */
export function strict<T extends object>(name: string, what: T): T {
  return new Proxy(what, {
    get(target, member, receiver) {
      if (typeof member === 'string' && !(member in target) && !ASKED.has(member) && !member.startsWith('_'))
        throw new StandInMissing(`${name}.${member}`);
      const value: unknown = Reflect.get(target, member, receiver === undefined ? target : target);
      return typeof value === 'function' && !isClass(value)
        ? (value as (...args: unknown[]) => unknown).bind(target)
        : value;
    },
    set(target, member, value) {
      if (typeof member === 'string' && !(member in target)) throw new StandInMissing(`${name}.${member} =`);
      return Reflect.set(target, member, value, target);
    },
  });
}

const isClass = (value: object): boolean => /^class\b/.test(Function.prototype.toString.call(value));
