import type { AppErrorBody } from '../../../shared/contract/errors.ts';

export type Wording = Pick<AppErrorBody, 'code' | 'message' | 'next' | 'hint' | 'retry'>;

export interface Situation {
  /** In -ing form, for the sentence: "Reading orders". */
  readonly what: string;
  readonly label: string;
  readonly next: string;
  /** What the driver said, without secrets. */
  readonly words: string;
}

export type Worded = (situation: Situation) => Wording;

/** No example with a password in it: it would be blotted out like a real one. */
export const ADDRESS_FORM =
  'Write mongodb://HOST:PORT/DATABASE or mongodb+srv://HOST/DATABASE, and before HOST, where the server asks for them, USER:PASSWORD@ with % for signs that mean something in an address (%40 for @).';

export function wrongPassword({ what, label, next }: Situation): Wording {
  return {
    code: 'auth',
    message: `${what} failed: ${label} does not take this user name and password.`,
    next,
    hint: 'Look at the user, the password (in an address, % and two digits stand for signs like @ : / and % itself: %40 %3A %2F %25) and authSource (the database in which the user was made, often admin).',
    retry: 'after-user-action',
  };
}

export function notAllowed({ what, label, next }: Situation): Wording {
  return {
    code: 'permission',
    message: `${what} failed: this user may not do that on ${label}.`,
    next,
    hint: 'Give the user what Tandem needs (tandem pair role NAME prints it, of an address as well), or let changes flow only away from this side (--direction).',
    retry: 'after-user-action',
  };
}

export function tooSlow({ what, label, next }: Situation): Wording {
  return {
    code: 'busy',
    message: `${what} stopped: ${label} took longer than its limit allows.`,
    next,
    hint: 'Look whether the server is busy; it is tried again at the next sync.',
    retry: 'backoff',
  };
}

export function overloaded({ what, label, next }: Situation): Wording {
  return {
    code: 'busy',
    message: `${what} stopped: ${label} takes no more requests at the moment, also after it was waited for.`,
    next: `${next} It is tried again at the next sync.`,
    hint: 'Small and shared clusters allow few operations a second: sync while little else is done there, or choose a larger one.',
    retry: 'backoff',
  };
}

export function nameUnknown({ what, label, next }: Situation): Wording {
  return {
    code: 'unreachable',
    message: `${what} failed: the name of the server in ${label} was not found.`,
    next,
    hint: 'Look at the name and at this computer’s network. On Atlas the name of a paused or deleted cluster is not found: resume it there.',
    retry: 'backoff',
  };
}

export function notPrimary({ what, label, next }: Situation): Wording {
  return {
    code: 'unreachable',
    message: `${what} stopped: the server at ${label} takes no writes, for it is not the primary of its replica set.`,
    next,
    hint: 'Name all members in the address, or take directConnection=true out of it, so that the primary is found.',
    retry: 'backoff',
  };
}

export function refused({ what, label, next, words }: Situation): Wording {
  const at = /ECONNREFUSED (\S+:\d+)/.exec(words)?.[1] ?? label;
  return {
    code: 'unreachable',
    message: `${what} failed: no server listens at ${at}.`,
    next,
    hint: 'Start the server, or look at the name and the port. To use one member of a replica set alone, write directConnection=true behind the ? of the address: mongodb://HOST:PORT/NAME?directConnection=true',
    retry: 'backoff',
  };
}

export function notOnList({ what, label, next }: Situation): Wording {
  return {
    code: 'unreachable',
    message: `${what} failed: ${label} ended the connection before it was encrypted.`,
    next,
    hint: 'On Atlas this means that the address of this computer is not on the access list: add it under Network Access.',
    retry: 'after-user-action',
  };
}

export function untrusted({ what, label, next }: Situation): Wording {
  return {
    code: 'unreachable',
    message: `${what} failed: nobody whom this computer trusts has signed the certificate of ${label}.`,
    next,
    hint: 'If it is your server, name the file with the certificate of its authority in the address: tlsCAFile=PATH. If it should be a known one, somebody may stand in between: do not go on.',
    retry: 'after-user-action',
  };
}

export function otherCertificate({ what, label, next }: Situation): Wording {
  return {
    code: 'unreachable',
    message: `${what} failed: the certificate of ${label} has expired or is made out to another name.`,
    next,
    hint: 'Write the name of the server as it stands in its certificate, or have the certificate renewed.',
    retry: 'after-user-action',
  };
}

export function noTrust({ what, label, next }: Situation): Wording {
  return {
    code: 'unreachable',
    message: `${what} failed: no encrypted connection to ${label} could be agreed on.`,
    next,
    hint: 'Look at tls, tlsCAFile and the certificate of the server; its name has to be the one in the address.',
    retry: 'after-user-action',
  };
}

export function noAnswer({ what, label, next }: Situation): Wording {
  return {
    code: 'unreachable',
    message: `${what} failed: ${label} did not answer in time.`,
    next,
    hint: 'Look at the network and the firewall. On Atlas: is this computer’s address on the access list, and is the cluster running?',
    retry: 'backoff',
  };
}

export function cutOff({ what, label, next }: Situation): Wording {
  return {
    code: 'unreachable',
    message: `${what} stopped: the connection to ${label} ended.`,
    next: `${next} It is tried again at the next sync.`,
    hint: 'Look whether the server is well. If it never worked: is it MongoDB that listens there, and does it ask for an encrypted connection (tls=true in the address) or for one that is not?',
    retry: 'backoff',
  };
}

export function closed({ what, label, next }: Situation): Wording {
  return {
    code: 'internal',
    message: `${what} failed: the connection to ${label} was closed.`,
    next,
    hint: '',
    retry: 'never',
  };
}

export function badAddress({ what, next, words }: Situation): Wording {
  const setting = /option (\S+) is not supported/.exec(words)?.[1];
  const why = setting === undefined ? words.replace(/ ERR_\w+ .*$/s, '') : `there is no setting “${setting}”`;
  return {
    code: 'usage',
    message: `${what} failed: its address cannot be used (${why}).`,
    next,
    hint: ADDRESS_FORM,
    retry: 'after-user-action',
  };
}

export function fileUnread({ what, next, words }: Situation): Wording {
  const path = /'(.+)'/s.exec(words)?.[1] ?? '';
  return {
    code: 'usage',
    message: `${what} failed: the file ${path}, which its address names, cannot be read.`,
    next,
    hint: 'Look at the path, which has to be a whole one, and at who may read the file.',
    retry: 'after-user-action',
  };
}

export function otherSet({ what, label, next }: Situation): Wording {
  return {
    code: 'unreachable',
    message: `${what} failed: no server at ${label} belongs to the replica set that replicaSet names.`,
    next,
    hint: 'Look at replicaSet in the address, or leave it out.',
    retry: 'after-user-action',
  };
}

export function unexpected({ what, label, next }: Situation): Wording {
  return {
    code: 'internal',
    message: `${what} stopped: ${label} refused it.`,
    next,
    hint: 'What the server said stands in the answer with --json.',
    retry: 'never',
  };
}
