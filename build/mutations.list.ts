import { agreedMutations } from './mutations.agreed.ts';
import { askedMutations } from './mutations.asked.ts';
import { documentMutations } from './mutations.documents.ts';
import type { Mutation } from './mutations.mutation.ts';
import { sideMutations } from './mutations.sides.ts';
import { stampMutations } from './mutations.stamps.ts';
import { undoMutations } from './mutations.undo.ts';

export const mutations: readonly Mutation[] = [
  ...agreedMutations,
  ...askedMutations,
  ...undoMutations,
  ...sideMutations,
  ...documentMutations,
  ...stampMutations,
];
