import type { Page } from 'playwright-core';
import { chooseInTheShop, compareTheShop, lookAtTheShop, nameTheShop, testTheShop } from './add-steps.ts';

/** One page as tests and screens see it: where it stands in the full world (`world.ts`), and what brings its data about. */
export interface PageCase {
  /** Names the pictures, as the mock-up is named where there is one. */
  readonly name: string;
  /** As it stands behind the `#`. */
  readonly address: string;
  /** A text that stands on it once it is there. */
  readonly shows: string | RegExp;
  /** What a person does first. */
  readonly first?: (page: Page) => Promise<void>;
}

/** The preview of a decision about all that the list shows. */
async function takeRemoteForAll(page: Page): Promise<void> {
  await page.getByRole('grid').press('Control+a');
  await page.getByRole('toolbar').getByRole('button', { name: 'Take Remote' }).click();
  await page.getByText('Settled by this').waitFor();
}

/** Every page of the window. A new page is one line here, and one in `renderer/pages/pages.ts`. */
export const pageCases: readonly PageCase[] = [
  { name: 'overview', address: '/overview', shows: 'need you' },
  { name: 'conflicts', address: '/conflicts', shows: 'Conflicts' },
  {
    name: 'conflicts-bulk',
    address: '/conflicts?kind=update%2Fupdate',
    shows: 'Settled by this',
    first: takeRemoteForAll,
  },
  {
    name: 'conflict-rule',
    address: '/conflicts?q=phone&kind=update%2Fupdate',
    shows: 'Keep asking me',
    first: async (page) => {
      await takeRemoteForAll(page);
      await page.getByRole('button', { name: /^Always do this for/ }).click();
      await page.getByRole('dialog').getByText('No person has decided', { exact: false }).waitFor();
    },
  },
  { name: 'conflict-record', address: '/conflicts/3?pair=temple-office', shows: 'Devika Raman' },
  { name: 'conflict-delete', address: '/conflicts/4?pair=temple-office', shows: 'What should both sides hold?' },
  { name: 'conflict-text', address: '/conflicts/2?pair=temple-office', shows: 'Karthigai Deepam' },
  { name: 'conflict-unique', address: '/conflicts/8?pair=temple-office', shows: 'Who keeps the value?' },
  { name: 'session', address: '/sessions', shows: 'comes with a later version' },
  { name: 'history', address: '/history?show=runs', shows: 'Started by' },
  { name: 'network', address: '/network', shows: 'No pair has a server.' },
  { name: 'pair', address: '/pair/temple-office/summary', shows: 'Last 14 days' },
  { name: 'pair-collections', address: '/pair/temple-office/collections', shows: 'Not part of the pair' },
  { name: 'pair-rules', address: '/pair/temple-office/rules', shows: 'For the whole pair' },
  {
    name: 'pair-rule',
    address: '/pair/temple-office/rules',
    shows: 'Use this rule for members?',
    first: async (page) => {
      await page.getByRole('combobox', { name: 'When both sides changed a field of members' }).click();
      await page.getByRole('option', { name: 'Take the newest' }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
  { name: 'pair-schema', address: '/pair/temple-office/schema', shows: 'What no sync carries' },
  { name: 'pair-integrity', address: '/pair/member-portal/integrity', shows: 'Last receipt' },
  { name: 'pair-edit', address: '/pair/temple-office/summary?do=edit', shows: 'Change the pair' },
  { name: 'pair-remove', address: '/pair/temple-office/summary?do=remove', shows: 'Remove temple-office?' },
  { name: 'pair-unknown', address: '/pair/nowhere/summary', shows: 'There is no pair called nowhere.' },
  { name: 'plan', address: '/pair/corner-shop/plan', shows: 'Apply 6 changes' },
  {
    name: 'plan-rehearse',
    address: '/pair/corner-shop/plan',
    shows: 'They are removed at the end',
    first: async (page) => {
      await page.getByRole('button', { name: 'Rehearse on copies' }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
  { name: 'brake', address: '/pair/price-list/brake/products', shows: 'Tandem stopped before deleting' },
  { name: 'settings', address: '/settings/general', shows: 'Single-letter keys' },
  { name: 'settings-sync', address: '/settings/sync?pair=temple-office', shows: 'syncIntervalMinutes' },
  { name: 'settings-brakes', address: '/settings/brakes', shows: 'A brake cannot be switched off' },
  { name: 'log', address: '/log', shows: 'What the engine wrote down' },
  { name: 'add-pair-1-kinds', address: '/add/1', shows: 'Name of the pair', first: nameTheShop },
  { name: 'add-pair-2-connection', address: '/add/1', shows: 'Both sides are ready.', first: testTheShop },
  {
    name: 'add-pair-2-missing',
    address: '/add/1',
    shows: 'This computer is ready. Remote needs a look.',
    first: async (page) => {
      await nameTheShop(page, { there: 'shop-nowhere.db' });
      await page.getByRole('button', { name: 'Test both connections' }).click();
      await page.getByText('Remote needs a look').waitFor();
    },
  },
  { name: 'add-pair-3-collections', address: '/add/1', shows: 'What should travel', first: chooseInTheShop },
  { name: 'add-pair-4-first-sync', address: '/add/1', shows: /need a decision|needs a decision/, first: lookAtTheShop },
  {
    name: 'compare',
    address: '/add/1?only=compare',
    shows: '7 records differ between the two.',
    first: compareTheShop,
  },
  { name: 'welcome', address: '/welcome', shows: 'Keep two databases in step.' },
  { name: 'history-run', address: '/history/run/3?pair=price-list', shows: 'records it wrote' },
  { name: 'history-decisions', address: '/history?show=decisions', shows: 'counted on the shelf' },
  { name: 'history-holds', address: '/history?show=holds', shows: 'Keep apart' },
  {
    name: 'undo',
    address: '/history/run/5?pair=member-portal',
    shows: 'before the run',
    first: async (page) => {
      await page.getByRole('button', { name: 'Undo this run…' }).click();
      await page.getByRole('alertdialog').getByRole('listitem').first().waitFor();
    },
  },
  { name: 'run', address: '/pair/price-list/run/3', shows: 'Started by' },
  { name: 'timeline', address: '/record/temple-office/members/MEM-04417', shows: 'Why does' },
  { name: 'unknown', address: '/no/such/page', shows: 'There is no page at this address.' },
  {
    name: 'keys',
    address: '/overview',
    shows: 'Keys',
    first: async (page) => {
      await page.keyboard.press('?');
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: 'palette',
    address: '/overview',
    shows: 'Find',
    first: async (page) => {
      await page.keyboard.press('Control+k');
      await page.getByRole('dialog').waitFor();
    },
  },
];
