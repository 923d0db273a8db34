import { describe } from 'vitest';
import type { ConformanceHarness } from './harness.ts';
import { describeIdentity, describeSchema } from './suite-core.ts';
import { describeReading } from './suite-reading.ts';
import { describeKeysAndValues } from './suite-values.ts';
import { describeCapture, describeDigest, describeGate, describeLookup, describeWatch } from './suite-facets.ts';
import { describeGroups } from './suite-groups.ts';
import { describeReferences } from './suite-references.ts';
import {
  describeAddedFields,
  describeMarker,
  describeMarkerAndGate,
  describeNoAddedFields,
  describeNoMarker,
  describeSetup,
  describeSetupWithoutMarker,
} from './suite-setup.ts';
import { describeDurability, describeRefusals } from './suite-refusals.ts';
import { describeNoStamps, describeOwnValues, describeStamps } from './suite-stamps.ts';
import { describeWriting } from './suite-write.ts';

/**
 * Everything that docs/spec/connector.md promises, tried on the sides that `harness` makes. What a capability adds is
 * tried where it is declared; where it is not, its refusal or absence is.
 */
export function describeConnector(name: string, harness: ConformanceHarness): void {
  const { capture, watch, gate, digest, lookup, setup, marker, stamps } = harness.capabilities;
  const always = [
    describeIdentity,
    describeSchema,
    describeKeysAndValues,
    describeReading,
    describeWriting,
    describeRefusals,
    describeReferences,
    describeGroups,
    describeDurability,
  ];
  const declared = [
    ...(capture ? [describeCapture] : []),
    ...(watch ? [describeWatch] : []),
    ...(gate ? [describeGate] : []),
    ...(digest ? [describeDigest] : []),
    ...(lookup ? [describeLookup] : []),
    ...(setup ? [describeSetup] : []),
    harness.facts.addsFields ? describeAddedFields : describeNoAddedFields,
    ...(stamps ? [describeStamps, describeOwnValues] : [describeNoStamps]),
    ...(marker ? [describeMarker] : [describeNoMarker]),
    ...(setup && !marker ? [describeSetupWithoutMarker] : []),
    ...(marker && gate ? [describeMarkerAndGate] : []),
  ];
  describe(`the connector ${name}`, () => {
    for (const clauses of [...always, ...declared]) clauses(harness);
  });
}
