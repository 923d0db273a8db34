import type { Page } from 'playwright-core';

/** What a person does to make a pair of two SQLite files, by the mouse, step by step. Files are named as they lie beside the home. */
export async function nameTheShop(page: Page, files: Partial<Files> = {}): Promise<void> {
  await nameTheSides(page, files);
  await page.getByRole('textbox', { name: 'Name of the pair' }).fill('shop');
}

interface Files {
  readonly here: string;
  readonly there: string;
}

async function nameTheSides(
  page: Page,
  { here = 'shop-here.db', there = 'shop-there.db' }: Partial<Files> = {},
): Promise<void> {
  for (const [side, file] of [
    ['This computer', here],
    ['Remote', there],
  ] as const) {
    const card = page.getByRole('region', { name: side });
    await card.getByRole('radio', { name: 'SQLite file' }).click();
    await card.getByRole('textbox', { name: 'File' }).fill(file);
  }
}

export async function compareTheShop(page: Page): Promise<void> {
  await nameTheSides(page);
  await page.getByRole('button', { name: 'Test both connections' }).click();
  await page.getByRole('link', { name: 'Choose collections' }).click();
  await page.getByRole('button', { name: 'Compare both sides' }).click();
  await page.getByText(/records? differs? between the two/).waitFor();
}

export async function testTheShop(page: Page): Promise<void> {
  await nameTheShop(page);
  await page.getByRole('button', { name: 'Test both connections' }).click();
  await page.getByText('Both sides are ready.').waitFor();
}

export async function chooseInTheShop(page: Page): Promise<void> {
  await testTheShop(page);
  await page.getByRole('link', { name: 'Choose collections' }).click();
  await page.getByText('What should travel, and which way?').waitFor();
}

export async function lookAtTheShop(page: Page): Promise<void> {
  await chooseInTheShop(page);
  await page.getByRole('button', { name: 'Compare both sides' }).click();
  await page.getByText('Nothing has been written.').waitFor();
}
