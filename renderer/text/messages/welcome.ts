import type { Message } from '../message.ts';

export const welcomeMessages = {
  'welcome.title': 'Keep two databases in step.',
  'welcome.sentence':
    'Work where you are, also without a network. Tandem carries the changes both ways and asks you where only a person can know.',
  'welcome.doors': 'Where to begin',
  'welcome.connect': 'Connect two databases',
  'welcome.connect.next':
    'MongoDB and Atlas, or two SQLite files. You see what would happen before anything is written.',
  'welcome.compare': 'Only compare',
  'welcome.compare.next': 'See what differs between two databases. Nothing is written anywhere.',
  'welcome.sample': 'Try it with sample data',
  'welcome.sample.next':
    'A small office on two sides, with a few conflicts to resolve. Five minutes; it stands apart from your own data.',
  'welcome.sample.making': 'Making the sample…',
  'welcome.sample.made': 'The sample is there. Its conflicts wait for you.',
  'welcome.overview': 'To your pairs',
  'welcome.promise.1': 'You see it first',
  'welcome.promise.1.next': 'Every run has a plan. Nothing is written before you said yes once.',
  'welcome.promise.2': 'No value is thrown away',
  'welcome.promise.2.next': 'What is overwritten or deleted is kept and can be brought back.',
  'welcome.promise.3': 'It stays between your two sides',
  'welcome.promise.3.next': 'Tandem talks to your servers only. Passwords live in the keychain.',
} satisfies Record<string, Message>;
