import type { ServerState } from '../../../shared/contract/network-shapes.ts';
import type { AppError } from '../../../shared/contract/errors.ts';
import type { ServerAnswer, Silence } from '../../engine/port/connector.ts';

export interface Asked {
  /** As people call it, with its address. */
  readonly label: string;
  readonly hosts: readonly string[];
  readonly answer: ServerAnswer;
  /** Why the login was refused, where it was. */
  readonly login: AppError | null;
}

/** What is known beside the one server. */
export interface Around {
  /** An interface that leads out of this computer is up. */
  readonly hasInterface: boolean;
  /** All servers that were asked in this round. */
  readonly all: readonly Asked[];
}

export interface Diagnosis {
  readonly state: ServerState;
  readonly sentence: string;
  readonly hint: string;
}

/** What an answer, or the lack of one, means; told from what this computer and the other servers say. */
export function diagnose(asked: Asked, around: Around): Diagnosis {
  const { answer, label, login } = asked;
  if (answer.ok) {
    if (login !== null) return { state: 'login-refused', sentence: login.message, hint: login.hint };
    return { state: 'online', sentence: `${label} answers.`, hint: '' };
  }
  if (!isHere(asked) && isNetworkGone(answer.why, around))
    return {
      state: 'no-network',
      sentence: `This computer has no network, so ${label} cannot be reached.`,
      hint: 'Look at Wi-Fi and cable. It is synced when the network is back.',
    };
  const { state, why, hint } = bySilence[answer.why];
  return { state, sentence: `${label}: ${why(answer)}.`, hint };
}

type Silent = Extract<ServerAnswer, { readonly ok: false }>;

const bySilence: Readonly<
  Record<Silence, { readonly state: ServerState; readonly why: (answer: Silent) => string; readonly hint: string }>
> = {
  foreign: {
    state: 'captive-portal',
    why: ({ at }) => `something else answers at ${at}, and it is no database`,
    hint: 'In a hotel, a train or a company a login page may stand in between: open any page in a browser and log in. Else look at the address and the port.',
  },
  'other-name': {
    state: 'captive-portal',
    why: ({ at }) => `what answers at ${at} shows the certificate of another name`,
    hint: 'In a hotel, a train or a company a login page may stand in between: open any page in a browser and log in. If it is your server, write its name as it stands in its certificate.',
  },
  untrusted: {
    state: 'server-down',
    why: ({ at }) => `nobody whom this computer trusts has signed the certificate of ${at}, or it has expired`,
    hint: 'If it is your server, name the file with the certificate of its authority in the address: tlsCAFile=PATH. If it should be a known one, somebody may stand in between: do not go on.',
  },
  refused: {
    state: 'server-down',
    why: ({ at }) => `no server listens at ${at}`,
    hint: 'Start the server, or look at the name and the port.',
  },
  cut: {
    state: 'server-down',
    why: ({ at, words }) => `${at} ended the connection (${words})`,
    hint: 'Look whether the server is well, and whether it asks for an encrypted connection (tls=true in the address) or for one that is not. On Atlas: is this computer on the access list?',
  },
  silent: {
    state: 'server-down',
    why: ({ at }) => `${at} does not answer`,
    hint: 'Look at the server, the firewall, and on Atlas at the access list.',
  },
  'no-route': {
    state: 'no-network',
    why: ({ at }) => `no way leads to ${at}`,
    hint: 'Look at Wi-Fi, cable and VPN.',
  },
  'name-unknown': {
    state: 'server-down',
    why: ({ at }) => `the name ${at} was not found`,
    hint: 'Look at the name and at this computer’s network. On Atlas the name of a paused or deleted cluster is not found: resume it there.',
  },
  'name-unasked': {
    state: 'no-network',
    why: ({ at }) => `nobody could be asked where ${at} is`,
    hint: 'Look at the network of this computer: it finds no names at the moment.',
  },
};

const NAMELESS: ReadonlySet<Silence> = new Set(['name-unknown', 'name-unasked']);

function isNetworkGone(why: Silence, { hasInterface, all }: Around): boolean {
  if (!hasInterface) return true;
  // One name that is not found is wrong; where none of several is, nobody answers for names.
  const others = all.filter((each) => !isHere(each));
  return NAMELESS.has(why) && others.length > 1 && others.every(({ answer }) => !answer.ok && NAMELESS.has(answer.why));
}

const LOOPBACK = /^(?:localhost|127\.\d+\.\d+\.\d+|::1)$/i;

/** A server on this computer needs no network. */
const isHere = ({ hosts }: Asked): boolean => hosts.every((host) => LOOPBACK.test(host));
