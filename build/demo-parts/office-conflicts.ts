import { firstLines, valuesOnly } from './lines.ts';
import { decider, type Stage } from './stage.ts';
import { told } from './told.ts';

/** Four ways in which two people can contradict each other; none of them is decided silently. */
export async function officeConflicts(stage: Stage): Promise<void> {
  const { screen, files, tandem } = stage;
  screen.heading('Four contradictions');
  screen.say('Both offices make an admin named john_admin. A phone and a title are changed on both sides.');
  screen.say('A document is deleted here and edited there.');
  files.edit(
    'here.db',
    "INSERT INTO admins VALUES (101, 'john_admin', 'John Mathew', 'john@here.example', 'editor', '2025-11-03')",
  );
  files.edit(
    'there.db',
    "INSERT INTO admins VALUES (202, 'john_admin', 'John Peter', 'john@there.example', 'viewer', '2025-11-03')",
  );
  files.edit('here.db', "UPDATE members SET phone = '+91 80 1111' WHERE id = 5");
  files.edit('there.db', "UPDATE members SET phone = '+91 80 2222' WHERE id = 5");
  files.edit('here.db', "UPDATE events SET title = 'Lamp festival' WHERE id = 7");
  files.edit('there.db', "UPDATE events SET title = 'Festival of lamps' WHERE id = 7");
  files.edit('here.db', 'DELETE FROM documents WHERE id = 3');
  files.edit('there.db', "UPDATE documents SET title = 'Deed of the land, signed' WHERE id = 3");
  await tandem.run(['sync', 'office'], { exit: 4 });
  const phones = [phoneOn(stage, 'here.db'), phoneOn(stage, 'there.db')];
  told(phones[0] === '+91 80 1111' && phones[1] === '+91 80 2222', 'both phones stand where they were typed.');
  screen.seen('Exit code 4. Every value stands where it was typed; nothing was overwritten.');
  await tandem.run(['conflicts'], { show: valuesOnly });
  screen.say('The command also prints, for each, the ways to decide it.');
}

const phoneOn = ({ files }: Stage, file: 'here.db' | 'there.db'): unknown =>
  files.value(file, 'SELECT phone FROM members WHERE id = 5');

export async function officeDecisions(stage: Stage, tables: readonly string[]): Promise<void> {
  const { screen, files, tandem } = stage;
  screen.heading('Four decisions');
  const decide = await decider(stage);
  await decide('unique', 'admins', 'rename_local');
  const names = files.rows('there.db', 'SELECT username FROM admins WHERE id IN (101, 202) ORDER BY id');
  const renamed = String(names[0]?.['username']);
  told(renamed !== 'john_admin' && names[1]?.['username'] === 'john_admin', 'both admins stand, one under a new name.');
  screen.seen(`Both admins are on both sides: ${renamed} and john_admin.`);
  await decide('update/update', 'members', 'keep_remote', '--notes', 'the office in town called');
  told(phoneOn(stage, 'here.db') === '+91 80 2222', 'this computer has the phone of Remote.');
  await decide('update/update', 'events', 'merge', '--field', 'title=Festival of lamps, hall 1');
  const title = files.value('there.db', 'SELECT title FROM events WHERE id = 7');
  told(title === 'Festival of lamps, hall 1', 'both sides have the merged title.');
  await decide('delete/update', 'documents', 'keep_remote');
  const deed = files.value('here.db', 'SELECT title FROM documents WHERE id = 3');
  told(deed === 'Deed of the land, signed', 'the edited document is back on this computer.');
  await tandem.run(['conflicts']);
  await tandem.run(['sync', 'office'], { show: firstLines(4) });
  files.expectEqual(tables, 'Nothing waits, and both files are equal.');
}
