import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that are small and take long. Files begin by size, the largest first; begun at the end, these would be waited for alone. */
const LONG = [
  'window/pages.test.ts',
  'e2e/demo.test.ts',
  'e2e/mongo-kill.test.ts',
  'simulation/simulation.test.ts',
  'window/conflict-many.test.ts',
  'unit/bench-smoke.test.ts',
  'engine/many.test.ts',
];

export class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification): boolean =>
      LONG.some((name) => moduleId.endsWith(`/test/${name}`));
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}
