import { silences, type ServerAnswer, type ServerFacet } from '../../../engine/port/connector.ts';
import { parseAddress } from '../address.ts';
import { askPlace, silenceOf } from './ask-place.ts';
import { encryptionOf, placeOf, placesOf } from './places.ts';

/** Whether MongoDB servers answer, asked without the driver: it tells what stands in between from what is there. */
export const mongoServers: ServerFacet = {
  shown: (url) => parseAddress(url).label,
  hosts: (url) => parseAddress(url).hosts.map((host) => placeOf(host).host),
  async ask(url, { timeoutMs, signal }) {
    let at = '';
    try {
      at = parseAddress(url).hosts.join(',');
      const encryption = encryptionOf(url);
      const places = await placesOf(url);
      const answers = places.map((place) => askPlace(place, { encryption, timeoutMs, signal }));
      return await firstOf(answers, at);
    } catch (cause) {
      const [why, words] = silenceOf(cause as NodeJS.ErrnoException);
      return { ok: false, why, at, words };
    }
  },
};

/** One computer of a set that answers is enough; where none does, what tells most. */
async function firstOf(asked: readonly Promise<ServerAnswer>[], at: string): Promise<ServerAnswer> {
  const good = asked.map(async (each) => {
    const answer = await each;
    if (!answer.ok) throw new Error(answer.words);
    return answer;
  });
  try {
    return await Promise.any(good);
  } catch {
    const all = (await Promise.all(asked)).filter((each) => !each.ok);
    const worst = silences.map((why) => all.find((each) => each.why === why)).find((each) => each !== undefined);
    return worst ?? { ok: false, why: 'name-unknown', at, words: 'the name leads to no server' };
  }
}
