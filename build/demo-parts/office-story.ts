import { numberText } from '../../shared/lib/count-text.ts';
import { makeOffice } from './office.ts';
import { officeConflicts, officeDecisions } from './office-conflicts.ts';
import { firstLines, previewOnly } from './lines.ts';
import { brakeOn, closing, lastRun, type Stage } from './stage.ts';
import { told } from './told.ts';

const SEED = 2025;

/** The whole story on the made-up temple office; every step looks whether it is as told. */
export async function officeStory(stage: Stage): Promise<void> {
  const { screen, files } = stage;
  files.clear();
  const counts = makeOffice(files.path('here.db'), { seed: SEED });
  const tables = [...counts.keys()];
  const records = [...counts.values()].reduce((sum, count) => sum + count, 0);
  screen.say(
    `A small temple office: ${tables.length} collections, ${numberText(records)} records, in one SQLite file.`,
  );
  await firstSync(stage, tables);
  await editsOnBothSides(stage, tables);
  await officeConflicts(stage);
  await officeDecisions(stage, tables);
  await undoAndHolds(stage, tables);
  await brake(stage, tables);
  await closing(stage, 'office', files, tables);
  await lookNext(stage);
}

async function firstSync({ screen, files, tandem }: Stage, tables: readonly string[]): Promise<void> {
  screen.heading('A pair, and the first sync');
  screen.say('The second file does not exist yet. Tandem shows what the first sync would do, and makes the file.');
  const [a, b] = ['here.db', 'there.db'] as const;
  const where = ['--a', files.shown(a), '--b', files.shown(b), '--create', '--marker', '--yes'];
  await tandem.run(['pair', 'add', 'office', ...where], { show: previewOnly });
  await tandem.run(['sync', 'office'], { show: firstLines(4) });
  files.expectEqual(tables, 'Both files hold the same records in all 16 tables.');
}

async function editsOnBothSides({ screen, files, tandem }: Stage, tables: readonly string[]): Promise<void> {
  screen.heading('Both sides work at the same time');
  screen.say('Two people change different fields of one record; others add and delete.');
  files.edit('here.db', "UPDATE members SET phone = '+91 80 4000 1122' WHERE id = 1");
  files.edit('there.db', "UPDATE members SET city = 'Mysuru' WHERE id = 1");
  files.edit(
    'here.db',
    "INSERT INTO events VALUES (1001, 'Lamp festival', 'H-01', 'EMP-002', '2025-11-20T18:00', 300)",
  );
  files.edit('here.db', "INSERT INTO bookings VALUES (1001, 7, 2, 'paid')");
  files.edit('there.db', "UPDATE inventory SET quantity = quantity + 25 WHERE sku = 'SKU-0003'");
  files.edit('there.db', 'DELETE FROM messages WHERE id = 300');
  await tandem.run(['sync', 'office']);
  const member = files.rows('there.db', 'SELECT phone, city FROM members WHERE id = 1')[0];
  told(
    member?.['phone'] === '+91 80 4000 1122' && member['city'] === 'Mysuru',
    'both edits of member 1 stand on Remote.',
  );
  screen.seen('Member 1 has the new phone and the new city on both sides.');
  files.expectEqual(tables, 'Nothing was asked, and both files are equal.');
}

async function undoAndHolds(stage: Stage, tables: readonly string[]): Promise<void> {
  const { screen, files, tandem } = stage;
  screen.heading('Undo a run');
  screen.say('A slip of the hand: three fees are ten times too high, and they have travelled.');
  const before = files.rows('there.db', 'SELECT id, fee FROM rituals WHERE id <= 3');
  files.edit('here.db', 'UPDATE rituals SET fee = fee * 10 WHERE id <= 3');
  await tandem.run(['sync', 'office'], { show: firstLines(3) });
  await tandem.run(['undo', 'run', String(await lastRun(stage))]);
  const restored = files.rows('there.db', 'SELECT id, fee FROM rituals WHERE id <= 3');
  told(JSON.stringify(restored) === JSON.stringify(before), 'the three fees on Remote are what they were.');
  screen.seen('Remote has the old fees. This computer still has its own, so the three rest on hold:');
  await tandem.run(['holds', '--pair', 'office'], { show: firstLines(13) });
  await tandem.run(['sync', 'office'], { show: (lines) => lines.slice(-2) });
  const still = files.rows('there.db', 'SELECT id, fee FROM rituals WHERE id <= 3');
  told(JSON.stringify(still) === JSON.stringify(before), 'a sync after the undo flips nothing.');
  screen.seen('The sync flipped nothing back. Each of the three ends in another way:');
  await tandem.run(['holds', 'answer', 'office', 'rituals', '1', 'old-on-both'], { show: firstLines(1) });
  await tandem.run(['holds', 'answer', 'office', 'rituals', '2', 'send-again'], { show: firstLines(1) });
  screen.say('An edit of the field lets it flow again, away from the side of the edit:');
  files.edit('here.db', 'UPDATE rituals SET fee = 501 WHERE id = 3');
  await tandem.run(['sync', 'office'], { show: firstLines(3) });
  told(files.value('there.db', 'SELECT fee FROM rituals WHERE id = 3') === 501, 'the third fee is 501 on Remote.');
  files.expectEqual(tables, 'No record is on hold any more, and both files are equal.');
}

async function brake(stage: Stage, tables: readonly string[]): Promise<void> {
  const { screen, files, tandem } = stage;
  screen.heading('A brake');
  screen.say('Somebody deletes two thirds of the messages on this computer.');
  files.edit('here.db', 'DELETE FROM messages WHERE id <= 200');
  await tandem.run(['sync', 'office'], { exit: 5 });
  told(files.value('there.db', 'SELECT count(*) FROM messages') === 299, 'Remote still has its 299 messages.');
  screen.seen('Exit code 5. Remote still has all 299 messages.');
  await tandem.run(['brake', 'list']);
  await tandem.run(['brake', 'answer', String(await brakeOn(stage, 'messages')), 'bring-back']);
  told(files.value('here.db', 'SELECT count(*) FROM messages') === 299, 'this computer has its 299 messages again.');
  files.expectEqual(tables, 'This computer has its messages again, and both files are equal.');
}

async function lookNext({ screen, files, tandem }: Stage): Promise<void> {
  screen.heading('Where to look next');
  await tandem.run(['timeline', 'office', 'admins', '101']);
  screen.say(`The files are yours to try: ${files.shown('here.db')} and ${files.shown('there.db')}.`);
  const hints = [
    [`npx tandem --home ${files.shown('home')} watch`, 'keep them in step while you change them; Ctrl-C ends it'],
    [`npx tandem --home ${files.shown('home')} history`, 'every run, each with its undo'],
    ['npm run demo -- --from FILE.sqlite', 'the same with copies of a database of your own'],
  ] as const;
  const width = Math.max(...hints.map(([command]) => command.length));
  screen.output(hints.map(([command, what]) => `${command.padEnd(width)}  ${what}`));
}
