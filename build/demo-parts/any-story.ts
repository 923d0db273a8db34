import { copyFileSync, existsSync } from 'node:fs';
import { basename } from 'node:path';
import { lookAtTables, quoteName, recordAt, tableNames, type AnyTable } from './any-tables.ts';
import { sha256, type SideFile } from './files.ts';
import { firstLines, previewOnly, valuesOnly } from './lines.ts';
import { brakeOn, closing, openConflicts, lastRun, type ReceiptDoc, type Stage } from './stage.ts';
import { told } from './told.ts';

/** The files that make up a database; the shared memory beside it is made anew by whoever opens it. */
const PARTS = ['', '-wal', '-journal'] as const;

/** The story on copies of a database of the person's own; the original is only read. */
export async function anyStory(stage: Stage, original: string): Promise<void> {
  const { screen, files, tandem } = stage;
  const parts = PARTS.filter((part) => existsSync(`${original}${part}`));
  const before = parts.map((part) => sha256(`${original}${part}`));
  files.clear();
  for (const part of parts) copyFileSync(`${original}${part}`, `${files.path('here.db')}${part}`);
  screen.say(
    `A copy of ${basename(original)} is this computer; its partner is made from it. The original is only read.`,
  );
  editable(lookAtTables(files.path('here.db'), tableNames(files.path('here.db'))));
  screen.heading('A pair, and the first sync');
  const where = ['--a', files.shown('here.db'), '--b', files.shown('there.db'), '--create', '--marker', '--yes'];
  await tandem.run(['pair', 'add', 'mine', ...where], { show: previewOnly });
  await tandem.run(['sync', 'mine'], { show: firstLines(16) });
  const receipt = await tandem.json<ReceiptDoc>(['compare', 'mine']);
  const names = receipt.collections.map(({ name }) => name);
  files.expectEqual(names, `Both files hold the same records in ${names.length} tables.`);
  const tables = lookAtTables(files.path('here.db'), names).filter(({ key }) => key.length > 0);
  await edits(stage, tables, names);
  await contradictions(stage, tables, names);
  await undo(stage, tables, names);
  await brake(stage, tables, names);
  await closing(stage, 'mine', stage.files, names);
  const after = parts.map((part) => sha256(`${original}${part}`));
  told(JSON.stringify(after) === JSON.stringify(before), `${original} is as it was.`);
  screen.seen(`${basename(original)} itself is unchanged, to the byte.`);
}

/** The largest table that the story can be told with; where there is none, it says so before anything is made. */
function editable(tables: readonly AnyTable[]): AnyTable {
  const table = tables.find(({ key, records, texts }) => key.length > 0 && records >= 8 && texts.length > 0);
  told(
    table !== undefined,
    'it needs a table with a primary key, 8 records and a text to edit that is in no index and no reference, and this database has none.',
  );
  return table as AnyTable;
}

function setText(
  { files }: Stage,
  file: SideFile,
  [table, place, field]: [AnyTable, number, string],
  text: string,
): void {
  const where = recordAt(files.path('here.db'), table, place);
  files.edit(file, `UPDATE ${quoteName(table.name)} SET ${quoteName(field)} = '${text}' WHERE ${where}`);
}

async function edits(stage: Stage, tables: readonly AnyTable[], names: readonly string[]): Promise<void> {
  const { screen, files, tandem } = stage;
  screen.heading('Both sides work at the same time');
  const table = editable(tables);
  const two = tables.find(({ records, texts }) => records >= 8 && texts.length > 1);
  if (two) {
    screen.say('Different fields of one record:');
    setText(stage, 'here.db', [two, 0, two.texts[0] ?? ''], 'changed here');
    setText(stage, 'there.db', [two, 0, two.texts[1] ?? ''], 'changed there');
  }
  setText(stage, 'here.db', [table, 1, table.texts[0] ?? ''], 'another one, here');
  setText(stage, 'there.db', [table, 2, table.texts[0] ?? ''], 'another one, there');
  await tandem.run(['sync', 'mine']);
  files.expectEqual(names, 'Nothing was asked, and both files are equal.');
}

async function contradictions(stage: Stage, tables: readonly AnyTable[], names: readonly string[]): Promise<void> {
  const { screen, files, tandem } = stage;
  screen.heading('Contradictions, and decisions');
  const table = editable(tables);
  const leaf = tables.find(
    ({ records, texts, numbers, isLeaf, name }) =>
      isLeaf && records >= 8 && texts.length + numbers.length > 0 && name !== table.name,
  );
  const unique = tables.find(
    ({ records, unique: fields, name }) => records >= 8 && fields.length > 0 && name !== leaf?.name,
  );
  setText(stage, 'here.db', [table, 3, table.texts[0] ?? ''], 'one answer');
  setText(stage, 'there.db', [table, 3, table.texts[0] ?? ''], 'another answer');
  if (leaf) deleteAgainstEdit(stage, leaf);
  else screen.say('No second table stands alone, so a delete against an edit is left out.');
  if (unique) {
    setText(stage, 'here.db', [unique, 5, unique.unique[0] ?? ''], 'tandem-demo');
    setText(stage, 'there.db', [unique, 6, unique.unique[0] ?? ''], 'tandem-demo');
  } else screen.say('No table has a unique text, so a clash of two is left out.');
  await tandem.run(['sync', 'mine'], { exit: 4 });
  await tandem.run(['conflicts'], { show: valuesOnly });
  const find = await openConflicts(stage);
  const decide = async (kind: string, { name }: AnyTable, strategy: string): Promise<void> => {
    await tandem.run(['resolve', find(kind, name), '--strategy', strategy], { show: (lines) => lines.slice(0, 2) });
  };
  await decide('update/update', table, 'keep_remote');
  if (leaf) await decide('delete/update', leaf, 'keep_remote');
  if (unique) await decide('unique', unique, 'rename_local');
  await tandem.run(['sync', 'mine'], { show: firstLines(4) });
  files.expectEqual(names, 'Nothing waits, and both files are equal.');
}

function deleteAgainstEdit(stage: Stage, leaf: AnyTable): void {
  const { files } = stage;
  const where = recordAt(files.path('here.db'), leaf, 4);
  const name = quoteName(leaf.name);
  const [text] = leaf.texts;
  if (text !== undefined) setText(stage, 'there.db', [leaf, 4, text], 'edited there');
  else {
    const field = quoteName(leaf.numbers[0] ?? '');
    files.edit('there.db', `UPDATE ${name} SET ${field} = coalesce(${field}, 0) + 1 WHERE ${where}`);
  }
  files.edit('here.db', `DELETE FROM ${name} WHERE ${where}`);
}

async function undo(stage: Stage, tables: readonly AnyTable[], names: readonly string[]): Promise<void> {
  const { screen, files, tandem } = stage;
  screen.heading('Undo a run');
  const table = editable(tables);
  const [field = ''] = table.texts;
  const where = recordAt(files.path('here.db'), table, 7);
  const look = `SELECT ${quoteName(field)} FROM ${quoteName(table.name)} WHERE ${where}`;
  const before = files.value('there.db', look);
  setText(stage, 'here.db', [table, 7, field], 'a slip of the hand');
  await tandem.run(['sync', 'mine'], { show: firstLines(3) });
  await tandem.run(['undo', 'run', String(await lastRun(stage))]);
  told(files.value('there.db', look) === before, 'Remote has the old value.');
  await tandem.run(['sync', 'mine'], { show: (lines) => lines.slice(-2) });
  told(files.value('there.db', look) === before, 'a sync after the undo flips nothing.');
  screen.seen('Remote has the old value, and a further sync flips nothing.');
  screen.say('An edit of the field lets it flow again:');
  setText(stage, 'here.db', [table, 7, field], 'meant this time');
  await tandem.run(['sync', 'mine'], { show: firstLines(3) });
  files.expectEqual(names, 'Both files are equal.');
}

async function brake(stage: Stage, tables: readonly AnyTable[], names: readonly string[]): Promise<void> {
  const { screen, files, tandem } = stage;
  screen.heading('A brake');
  const most = ({ records }: AnyTable): number => Math.ceil(records * 0.6);
  const table = tables.find((each) => each.records >= 10 && each.countAlone >= most(each));
  if (!table) {
    screen.say('No table has 10 records of which most are referred to by none, so mass deletion is left out.');
    return;
  }
  const fields = table.key.map(quoteName).join(', ');
  const name = quoteName(table.name);
  const some = `SELECT ${fields} FROM ${name} WHERE ${table.alone ?? '1'} LIMIT ${most(table)}`;
  files.edit('here.db', `DELETE FROM ${name} WHERE (${fields}) IN (${some})`);
  await tandem.run(['sync', 'mine'], { exit: 5 });
  told(files.value('there.db', `SELECT count(*) FROM ${name}`) === table.records, 'Remote still has all of them.');
  screen.seen('Exit code 5. Remote still has all of them.');
  await tandem.run(['brake', 'answer', String(await brakeOn(stage, table.name)), 'bring-back']);
  files.expectEqual(names, 'This computer has them again, and both files are equal.');
}
