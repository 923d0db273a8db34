import { numberText } from '../../shared/lib/count-text.ts';
import { firstLines, previewOnly, valuesOnly } from './lines.ts';
import { fillOffice } from './mongo-office.ts';
import { MongoSides } from './mongo-sides.ts';
import { brakeOn, closing, decider, lastRun, type Stage } from './stage.ts';
import { told } from './told.ts';

const SEED = 2025;

interface MongoStage extends Stage {
  readonly sides: MongoSides;
  readonly collections: readonly string[];
}

/** The story of the office on two MongoDB databases that it starts and ends by itself. */
export async function mongoStory(stage: Stage): Promise<void> {
  const { screen, files } = stage;
  files.clear();
  screen.say('Two servers start, one for each side.');
  const sides = await MongoSides.start(screen);
  try {
    screen.seen(`${sides.name}, twice, on 127.0.0.1.`);
    const counts = await fillOffice(sides.db('here'), files.path('here.db'), { seed: SEED });
    const documents = [...counts.values()].reduce((sum, count) => sum + count, 0);
    screen.say(
      `A small temple office: ${counts.size} collections, ${numberText(documents)} documents, on one of them.`,
    );
    await play({ ...stage, sides, collections: [...counts.keys()] });
  } finally {
    await sides.stop();
  }
}

async function play(stage: MongoStage): Promise<void> {
  await firstSync(stage);
  await editsOnBothSides(stage);
  await contradictions(stage);
  await decisions(stage);
  await undoAndHolds(stage);
  await brake(stage);
  await closing(stage, 'office', stage.sides, stage.collections, 'Both databases');
  await lookNext(stage);
}

async function firstSync({ screen, tandem, sides, collections }: MongoStage): Promise<void> {
  screen.heading('A pair, and the first sync');
  screen.say('The second database is empty. Tandem shows what the first sync would do, and makes the collections.');
  const where = ['--a', sides.url('here'), '--b', sides.url('there'), '--create', '--yes'];
  await tandem.run(['pair', 'add', 'office', ...where], { show: previewOnly });
  await tandem.run(['sync', 'office'], { show: firstLines(4) });
  await sides.expectEqual(collections, 'Both databases hold the same documents and indexes, to the byte.');
}

async function editsOnBothSides({ screen, tandem, sides, collections }: MongoStage): Promise<void> {
  screen.heading('Both sides work at the same time');
  screen.say('Two people change different fields of one document; others add and delete.');
  await sides.edit('here', 'members', 'updateOne', { _id: 1 }, { $set: { phone: '+91 80 4000 1122' } });
  await sides.edit('there', 'members', 'updateOne', { _id: 1 }, { $set: { city: 'Mysuru' } });
  await sides.edit('here', 'events', 'insertOne', { _id: 1001, title: 'Lamp festival', room: 'H-01', seats: 300 });
  await sides.edit('there', 'inventory', 'updateOne', { _id: 'SKU-0003' }, { $inc: { quantity: 25 } });
  await sides.edit('there', 'messages', 'deleteOne', { _id: 300 });
  await tandem.run(['sync', 'office']);
  const member = await sides.one('there', 'members', 1);
  told(
    member?.['phone'] === '+91 80 4000 1122' && member['city'] === 'Mysuru',
    'both edits of member 1 stand on Remote.',
  );
  screen.seen('Member 1 has the new phone and the new city on both sides.');
  await sides.expectEqual(collections, 'Nothing was asked, and both databases are equal.');
}

async function contradictions({ screen, tandem, sides }: MongoStage): Promise<void> {
  screen.heading('Four contradictions');
  screen.say('Both offices make an admin named john_admin. A phone and a title are changed on both sides.');
  screen.say('A document is deleted here and edited there.');
  const john = { username: 'john_admin', role: 'editor' };
  await sides.edit('here', 'admins', 'insertOne', { _id: 101, ...john, email: 'john@here.example' });
  await sides.edit('there', 'admins', 'insertOne', { _id: 202, ...john, email: 'john@there.example' });
  await sides.edit('here', 'members', 'updateOne', { _id: 5 }, { $set: { phone: '+91 80 1111' } });
  await sides.edit('there', 'members', 'updateOne', { _id: 5 }, { $set: { phone: '+91 80 2222' } });
  await sides.edit('here', 'events', 'updateOne', { _id: 7 }, { $set: { title: 'Lamp festival' } });
  await sides.edit('there', 'events', 'updateOne', { _id: 7 }, { $set: { title: 'Festival of lamps' } });
  await sides.edit('here', 'documents', 'deleteOne', { _id: 3 });
  await sides.edit('there', 'documents', 'updateOne', { _id: 3 }, { $set: { title: 'Deed of the land, signed' } });
  await tandem.run(['sync', 'office'], { exit: 4 });
  const [here, there] = [await sides.one('here', 'members', 5), await sides.one('there', 'members', 5)];
  told(
    here?.['phone'] === '+91 80 1111' && there?.['phone'] === '+91 80 2222',
    'both phones stand where they were typed.',
  );
  screen.seen('Exit code 4. Every value stands where it was typed; nothing was overwritten.');
  await tandem.run(['conflicts'], { show: valuesOnly });
  screen.say('The command also prints, for each, the ways to decide it.');
}

async function decisions(stage: MongoStage): Promise<void> {
  const { screen, tandem, sides, collections } = stage;
  screen.heading('Four decisions');
  const decide = await decider(stage);
  await decide('unique', 'admins', 'rename_local');
  const renamed = `${(await sides.one('there', 'admins', 101))?.['username']}`;
  const kept = (await sides.one('here', 'admins', 202))?.['username'];
  told(renamed.startsWith('john_admin_') && kept === 'john_admin', 'both admins stand, one under a new name.');
  screen.seen(`Both admins are on both sides: ${renamed} and john_admin.`);
  await decide('update/update', 'members', 'keep_remote', '--notes', 'the office in town called');
  told((await sides.one('here', 'members', 5))?.['phone'] === '+91 80 2222', 'this computer has the phone of Remote.');
  await decide('update/update', 'events', 'merge', '--field', 'title=Festival of lamps, hall 1');
  const title = (await sides.one('there', 'events', 7))?.['title'];
  told(title === 'Festival of lamps, hall 1', 'both sides have the merged title.');
  await decide('delete/update', 'documents', 'keep_remote');
  const deed = (await sides.one('here', 'documents', 3))?.['title'];
  told(deed === 'Deed of the land, signed', 'the edited document is back on this computer.');
  await tandem.run(['conflicts']);
  await tandem.run(['sync', 'office'], { show: firstLines(4) });
  await sides.expectEqual(collections, 'Nothing waits, and both databases are equal.');
}

async function undoAndHolds(stage: MongoStage): Promise<void> {
  const { screen, tandem, sides, collections } = stage;
  screen.heading('Undo a run');
  screen.say('A slip of the hand: three fees are ten times too high, and they have travelled.');
  const few = { _id: { $lte: 3 } };
  const fees = async (): Promise<string> =>
    JSON.stringify(await sides.db('there').collection<{ _id: number }>('rituals').find(few).toArray());
  const before = await fees();
  await sides.edit('here', 'rituals', 'updateMany', few, { $mul: { fee: 10 } });
  await tandem.run(['sync', 'office'], { show: firstLines(3) });
  await tandem.run(['undo', 'run', String(await lastRun(stage))]);
  told((await fees()) === before, 'the three fees on Remote are what they were.');
  screen.seen('Remote has the old fees. This computer still has its own, so the three rest on hold:');
  await tandem.run(['holds', '--pair', 'office'], { show: firstLines(13) });
  await tandem.run(['sync', 'office'], { show: (lines) => lines.slice(-2) });
  told((await fees()) === before, 'a sync after the undo flips nothing.');
  screen.seen('The sync flipped nothing back. Each of the three ends in another way:');
  await tandem.run(['holds', 'answer', 'office', 'rituals', '1', 'old-on-both'], { show: firstLines(1) });
  await tandem.run(['holds', 'answer', 'office', 'rituals', '2', 'send-again'], { show: firstLines(1) });
  screen.say('An edit of the field lets it flow again, away from the side of the edit:');
  await sides.edit('here', 'rituals', 'updateOne', { _id: 3 }, { $set: { fee: 501 } });
  await tandem.run(['sync', 'office'], { show: firstLines(3) });
  told((await sides.one('there', 'rituals', 3))?.['fee'] === 501, 'the third fee is 501 on Remote.');
  await sides.expectEqual(collections, 'No document is on hold any more, and both databases are equal.');
}

async function brake(stage: MongoStage): Promise<void> {
  const { screen, tandem, sides, collections } = stage;
  screen.heading('A brake');
  screen.say('Somebody deletes two thirds of the messages on this computer.');
  await sides.edit('here', 'messages', 'deleteMany', { _id: { $lte: 200 } });
  await tandem.run(['sync', 'office'], { exit: 5 });
  told((await sides.count('there', 'messages')) === 299, 'Remote still has its 299 messages.');
  screen.seen('Exit code 5. Remote still has all 299 messages.');
  await tandem.run(['brake', 'list']);
  await tandem.run(['brake', 'answer', String(await brakeOn(stage, 'messages')), 'bring-back']);
  told((await sides.count('here', 'messages')) === 299, 'this computer has its 299 messages again.');
  await sides.expectEqual(collections, 'This computer has its messages again, and both databases are equal.');
}

async function lookNext({ screen, tandem }: MongoStage): Promise<void> {
  screen.heading('Where to look next');
  await tandem.run(['timeline', 'office', 'admins', '101']);
  screen.say('The two servers end with this demo. With databases of your own it goes like this:');
  screen.output([
    'npx tandem pair add mine mongodb://HOST/DATABASE mongodb+srv://HOST/DATABASE',
    'npx tandem watch mine',
  ]);
}
