import type { BrakeAnswer, HoldAnswer } from '../../shared/model/words.ts';
import type { Call } from './calls.ts';
import { costOf, menu, type BudgetName, type Happening } from './faults.ts';
import { prng, type Prng } from './prng.ts';
import type { Scenario } from './scenario.ts';
import { placeOf } from './sim-places.ts';
import type { Director, Step } from './walk.ts';
import type { World } from './world.ts';

const holdAnswers: readonly HoldAnswer[] = ['send-again', 'old-on-both', 'keep-apart'];
const brakeAnswers: readonly BrakeAnswer[] = ['let-go', 'bring-back', 'keep'];

/** Chance, within the budget of the scenario. The same seed makes the same choices. */
export class ByChance implements Director {
  readonly #random: Prng;
  readonly #left: Map<BudgetName, number>;
  /** Chance of something happening at one await: few things in some walks, many in others. */
  readonly #intensity: number;
  readonly #at: string | undefined;
  #calls: number;

  constructor(scenario: Scenario, seed: number) {
    this.#random = prng(seed, 1);
    this.#left = new Map(Object.entries(scenario.budget) as [BudgetName, number][]);
    this.#intensity = this.#random.pick([0.01, 0.04, 0.1, 0.25]);
    this.#at = scenario.at;
    this.#calls = scenario.calls;
  }

  next(world: World): Step | null {
    if (this.#calls <= 0) return null;
    const chance = this.#random.next();
    if (chance < 0.5 && this.#at === undefined) {
      const what = this.#choose(world, null);
      if (what) return { s: 'happen', what };
    }
    if (chance > 0.94) return { s: 'judge' };
    this.#calls--;
    return { s: 'call', call: this.#call(world), during: [] };
  }

  during(world: World, label: string): readonly Happening[] {
    if (this.#at !== undefined && !label.includes(this.#at)) return [];
    if (!this.#random.chance(this.#at ? 0.4 : this.#intensity)) return [];
    const what = this.#choose(world, label);
    return what ? [what] : [];
  }

  #choose(world: World, label: string | null): Happening | null {
    const lists = menu(world, this.#left, label);
    if (lists.length === 0) return null;
    const what = this.#random.pick(this.#random.pick(lists));
    for (const cost of costOf(what)) this.#spend(cost);
    return what;
  }

  #has(name: BudgetName): boolean {
    return (this.#left.get(name) ?? 0) > 0;
  }

  #spend(name: BudgetName): void {
    this.#left.set(name, (this.#left.get(name) ?? 0) - 1);
  }

  #call(world: World): Call {
    const wishes: { readonly cost: BudgetName; readonly call: () => Call }[] = [];
    const { shown, held } = world;
    if (this.#has('person') && shown.length > 0) wishes.push({ cost: 'person', call: () => this.#resolution(world) });
    if (this.#has('undo') && world.engineWrites.length > 0)
      wishes.push({ cost: 'undo', call: () => ({ c: 'undo', nth: this.#random.below(3) }) });
    if (this.#has('hold') && held.length > 0)
      wishes.push({
        cost: 'hold',
        call: () => ({ c: 'hold', place: this.#random.pick(held), answer: this.#random.pick(holdAnswers) }),
      });
    if (this.#has('answer') && world.braked)
      wishes.push({ cost: 'answer', call: () => ({ c: 'brake', answer: this.#random.pick(brakeAnswers) }) });
    if (wishes.length === 0 || this.#random.chance(0.4))
      return this.#random.chance(0.08) ? { c: 'restart' } : { c: 'sync' };
    const wish = this.#random.pick(wishes);
    this.#spend(wish.cost);
    return wish.call();
  }

  #resolution({ shown }: World): Call {
    const item = this.#random.pick(shown);
    return {
      c: 'resolve',
      place: placeOf(item.collection, item.key),
      strategy: this.#random.pick(['keep_local', 'keep_remote']),
    };
  }
}
