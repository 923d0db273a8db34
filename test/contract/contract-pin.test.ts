import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { PROGRAM_VERSION } from '../../electron/api/host/program-parts.ts';
import { calls, callNames } from '../../shared/contract/calls.ts';
import { CONTRACT_VERSION, contractSchemaHash } from '../../shared/contract/schema-hash.ts';

describe('the contract', () => {
  it('[T15] has this version and this schema; a change of the schema raises CONTRACT_VERSION, adds a line to its history, and is pinned here', () => {
    expect({ version: CONTRACT_VERSION, schema: contractSchemaHash() }).toEqual({
      version: 21,
      schema: 'bfe866d99692de90',
    });
  });

  it('[T16] gives every call a REST method and path of its own, whose parameters it knows', () => {
    const routes = callNames.map((name) => `${calls[name].method} ${calls[name].path.replaceAll(/:[a-z]+/g, ':')}`);
    expect(new Set(routes).size).toBe(callNames.length);
    for (const name of callNames) {
      const known = Object.keys(calls[name].params.shape);
      const inPath = [...calls[name].path.matchAll(/:([a-z]+)/g)].map((match) => match[1]);
      expect({ name, unknown: inPath.filter((part) => !known.includes(part ?? '')) }).toEqual({ name, unknown: [] });
    }
  });

  it('names the program by the version in package.json', () => {
    expect(JSON.parse(readFileSync('package.json', 'utf8'))).toMatchObject({ version: PROGRAM_VERSION });
  });
});
