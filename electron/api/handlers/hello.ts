import { hostname } from 'node:os';
import { AppError } from '../../../shared/contract/errors.ts';
import { CONTRACT_VERSION, contractSchemaHash } from '../../../shared/contract/schema-hash.ts';
import type { Handler } from '../dispatcher.ts';

export interface Greeting {
  readonly engine: string;
  readonly program: string;
  readonly startedAt: number;
  readonly home: string;
}

/** Refuses whoever speaks another contract, before anything else is answered. */
export function systemHello(about: Greeting): Handler<'engine.hello'> {
  return async ({ contract, schema }) => {
    if (contract !== CONTRACT_VERSION || schema !== contractSchemaHash()) throw mismatch(about, contract);
    return {
      contract: CONTRACT_VERSION,
      schema: contractSchemaHash(),
      program: about.program,
      engine: about.engine,
      pid: process.pid,
      host: hostname(),
      startedAt: new Date(about.startedAt).toISOString(),
      home: about.home,
    };
  };
}

function mismatch(about: Greeting, contract: number): AppError {
  return new AppError({
    code: 'version-mismatch',
    operation: 'engine.hello',
    message: `Talking to the running engine failed: it is Tandem ${about.program} with contract ${CONTRACT_VERSION}, this program speaks contract ${contract}${contract === CONTRACT_VERSION ? ' in another form' : ''}.`,
    next: 'Nothing was done. The running engine goes on.',
    hint: `End the engine (process ${process.pid}) and start it again with the version you want.`,
    subject: { path: about.home },
    retry: 'after-user-action',
  });
}
