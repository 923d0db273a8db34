import { Copy } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import type { WireBrake } from '../../../shared/contract/run-shapes.ts';
import type { BrakeAnswer } from '../../../shared/model/words.ts';
import { Button } from '../../components/button.tsx';
import { RadioCard, RadioGroup } from '../../components/choice.tsx';
import { Keys } from '../../components/kbd.tsx';
import { Link } from '../../components/link.tsx';
import { tell } from '../../components/toast.tsx';
import { addresses } from '../../model/addresses.ts';
import { useKeys } from '../../router/keys.ts';
import type { Labels } from '../../store/use-labels.ts';
import { time } from '../../text/times.ts';
import { t } from '../../text/text.ts';
import { actText, offersOf, titleOf, type Offer } from './answers.ts';
import css from './brake.module.css';

interface VerbsProps {
  readonly brake: WireBrake;
  readonly labels: Labels;
  readonly busy: boolean;
  readonly onAnswer: (answer: BrakeAnswer) => Promise<void>;
}

/** The three answers. None is chosen for the person, and none has a key of its own: only what was chosen is carried out. */
export function Verbs({ brake, labels, busy, onAnswer }: VerbsProps): ReactNode {
  const [chosen, choose] = useState<BrakeAnswer | null>(null);
  const offers = offersOf(brake, labels);
  const open = offers.filter(({ refused }) => refused === undefined);
  const answer = open.some((offer) => offer.answer === chosen) ? chosen : null;
  const carryOut = (): void => {
    if (answer !== null && !busy) void onAnswer(answer);
  };
  useKeys({ 'Ctrl+Enter': carryOut });
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(
      t('brake.summary', {
        title: titleOf(brake, labels),
        cause: brake.cause,
        time: time(brake.at, Date.now(), { clockToo: true }),
        answers: offers.map((offer) => t(`brake.${offer.answer}`)).join(', '),
      }),
    );
    tell({ text: t('brake.copied') });
  };
  return (
    <div className="stack grow">
      <h2 className="title">
        {t('brake.question')}
        <span className="faint small weightNormal">
          {t('brake.waits')} {brake.collection === '' ? '' : t('brake.othersGoOn')}
        </span>
      </h2>
      <RadioGroup label={t('brake.question')} className={css.verbCards} value={answer} onChange={choose}>
        {offers.map((offer) =>
          offer.refused === undefined ? (
            <RadioCard
              key={offer.answer}
              value={offer.answer}
              className={css.verbCard}
              title={t(`brake.${offer.answer}`)}
              sentence={offer.sentence}
            />
          ) : (
            <Refused key={offer.answer} pair={brake.pair} offer={offer} />
          ),
        )}
      </RadioGroup>
      <div className="row wrap">
        <span className="small faint row">
          {answer === null ? (
            t('brake.none')
          ) : (
            <>
              <Keys of="Ctrl+Enter" /> {t('brake.keys')}
            </>
          )}
        </span>
        {brake.leaveOut.length === 0 ? null : (
          <span className="small">
            {t('brake.leaveOut', { names: brake.leaveOut.join(', ') })}{' '}
            <Link to={addresses.pair(brake.pair, 'collections')}>{t('brake.toLeaveOut')}</Link>
          </span>
        )}
        <span className="push" />
        <Button kind="quiet" icon={Copy} onClick={() => void copy()}>
          {t('brake.ask')}
        </Button>
        <Button
          kind={answer === null ? undefined : answer === 'let-go' ? 'danger' : 'primary'}
          disabled={answer === null || busy}
          onClick={carryOut}
        >
          {answer === null ? t(open.length === 3 ? 'brake.choose' : 'brake.chooseSome') : actText(brake, answer)}
        </Button>
      </div>
    </div>
  );
}

/** An answer that cannot be given now, with the reason in the place of the choice. */
const Refused = ({ pair, offer }: { readonly pair: string; readonly offer: Offer }): ReactNode => (
  <div className={css.verbCard} data-refused="">
    <span />
    <strong>{t(`brake.${offer.answer}`)}</strong>
    <p>
      {offer.first === undefined ? t('brake.notPossible', { why: offer.refused ?? '' }) : offer.refused}{' '}
      {offer.first === undefined ? null : (
        <Link to={addresses.brake(pair, offer.first.collection)}>{t('brake.toFirst')}</Link>
      )}
    </p>
  </div>
);
